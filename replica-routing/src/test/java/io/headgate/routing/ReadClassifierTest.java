package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Access;
import io.headgate.core.sql.StatementCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a catalog, as in the first second. {@link StatementCorpusIT} has one. */
class ReadClassifierTest {

    private final ReadClassifier classifier = new ReadClassifier();

    private boolean reads(String sql, Access access) {
        return classifier.reads(StatementCatalog.of(sql), access);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT id, t.name, lower(name) FROM t", "SHOW work_mem", "COPY t TO STDOUT"})
    void theTextAloneProvesReads(String sql) {
        assertThat(reads(sql, Access.AUTO)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM t",
                "SELECT f()",
                "SELECT (home).city FROM person",
                "SELECT pg_current_wal_lsn()",
                "SELECT * FROM t FOR UPDATE",
            })
    void whatTheTextAloneDoesNotProveGoesToThePrimary(String sql) {
        assertThat(reads(sql, Access.AUTO)).isFalse();
    }

    @Test
    void theCallersWordCountsMore() {
        assertThat(reads("SELECT f()", Access.READ)).isTrue();
        assertThat(reads("SELECT 1", Access.WRITE)).isFalse();
    }

    @Test
    void aTextThatAReplicaRefusedGoesToThePrimaryFromThenOn() {
        String sql = "SELECT id FROM writing_view";
        assertThat(reads(sql, Access.AUTO)).isTrue();
        classifier.refused(StatementCatalog.of(sql));
        assertThat(reads(sql, Access.AUTO)).isFalse();
        assertThat(reads(sql, Access.READ)).isFalse();
        assertThat(reads("SELECT id FROM t", Access.AUTO)).isTrue();
    }
}
