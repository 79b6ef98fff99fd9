package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementChecksTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY track FROM STDIN",
                "copy track to stdout",
                "  \n\tCopy track (id, title) FROM STDIN WITH (FORMAT csv)",
                "-- a comment\nCOPY track TO STDOUT",
                "/* one */ /* /* nested */ */ COPY (SELECT 1) TO STDOUT",
                "; COPY track FROM STDIN"
            })
    void refusesToCopyFromOrToTheClient(String sql) {
        assertThatThrownBy(() -> StatementChecks.refuseCopy(SqlStatement.of(sql), "use a batch"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("use a batch")
                .hasMessageContaining(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'COPY track FROM STDIN'",
                "COPY track FROM '/tmp/track.csv'",
                "COPY track TO PROGRAM 'gzip'",
                "-- COPY track FROM STDIN\nSELECT 1",
                "/* COPY track FROM STDIN */ SELECT 1",
                "SELECT copy FROM stdin"
            })
    void letsEverythingElseThrough(String sql) {
        assertThatCode(() -> StatementChecks.refuseCopy(SqlStatement.of(sql), "use a batch"))
                .doesNotThrowAnyException();
    }
}
