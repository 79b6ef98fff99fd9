package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.Access;
import io.headgate.core.CachePolicy;
import io.headgate.core.Consistency;
import io.headgate.core.Priority;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementOptions;
import io.headgate.core.error.ParameterException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionCommentTest {

    private static SqlStatement applied(String sql) {
        return OptionComment.read(sql).applyTo(SqlStatement.of(sql));
    }

    @Test
    void setsEveryOption() {
        SqlStatement statement =
                applied("/*headgate name=chart access=read consistency=5s  timeout=200ms priority=background"
                        + " idempotent=true cache=10s */ SELECT 1");
        assertThat(statement.options())
                .isEqualTo(StatementOptions.none()
                        .name("chart")
                        .access(Access.READ)
                        .consistency(Consistency.boundedStaleness(Duration.ofSeconds(5)))
                        .timeout(Duration.ofMillis(200))
                        .priority(Priority.BACKGROUND)
                        .idempotent(true)
                        .cache(CachePolicy.cached(Duration.ofSeconds(10))));
        assertThat(statement.text()).as("the text stays").startsWith("/*headgate name=chart");
    }

    @Test
    void theStatementsOwnOptionsGoFirst() {
        String sql = "/*headgate name=comment timeout=1s*/ SELECT 1";
        SqlStatement own = SqlStatement.of(sql).with(options -> options.name("own"));
        assertThat(OptionComment.read(sql).applyTo(own).options())
                .isEqualTo(StatementOptions.none().name("own").timeout(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " /*headgate name=x*/ SELECT 1",
                "SELECT 1 /*headgate name=x*/",
                "SELECT '/*headgate name=x*/'",
                "--headgate name=x\nSELECT 1",
                "/*headgates name=x*/ SELECT 1",
                "/* headgate name=x*/ SELECT 1"
            })
    void aCommentElsewhereIsNone(String sql) {
        assertThat(OptionComment.isAtStartOf(sql)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/*headgate nane=x*/ SELECT 1 | unknown option \"nane\"; nearest is \"name\"",
                "/*headgate name*/ SELECT 1 | the option name has no value",
                "/*headgate name=x name=y*/ SELECT 1 | the option name is given twice",
                "/*headgate timeout=soon*/ SELECT 1 | the option timeout is \"soon\"",
                "/*headgate access=both*/ SELECT 1 | one of auto, read, write",
                "/*headgate */ SELECT 1 | it has no options",
                "/*headgate*/ SELECT 1 | it has no options",
                "/*headgate name=x SELECT 1 | it does not end"
            })
    void aMalformedOneIsAnErrorThatSaysWhat(String sql, String what) {
        assertThatThrownBy(() -> applied(sql))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(what);
    }
}
