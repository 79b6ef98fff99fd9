package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementGuardTest {

    private static void check(String sql, Object... parameters) {
        StatementGuard.check(SqlStatement.of(sql).bindAll(parameters));
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY t FROM STDIN", "-- a comment\ncopy t TO stdout", "; COPY (SELECT 1) TO STDOUT"})
    void refusesCopy(String sql) {
        assertThatThrownBy(() -> check(sql))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(sql);
    }

    @Test
    void refusesSeveralStatements() {
        assertThatThrownBy(() -> check("SELECT 1; SELECT 2")).hasMessageContaining("this text has 2");
        assertThatCode(() -> check("SELECT ';' AS a; ")).doesNotThrowAnyException();
        assertThatCode(() -> check("DO $$ BEGIN PERFORM 1; PERFORM 2; END $$")).doesNotThrowAnyException();
    }

    @Test
    void refusesAnotherNumberOfParametersThanTheTextHas() {
        assertThatThrownBy(() -> check("SELECT $1::int + $2", 1)).hasMessageContaining("takes 2 parameters and 1 was");
        assertThatThrownBy(() -> check("SELECT $2::int", 1, 2)).hasMessageContaining("without gaps");
        assertThatThrownBy(() -> check("SELECT $10::int", 1)).hasMessageContaining("takes 10");
        assertThatCode(() -> check("SELECT $1::int + $1", 1)).doesNotThrowAnyException();
        assertThatCode(() -> StatementGuard.check(SqlStatement.of("SELECT $1").batch(List.of(List.of(1), List.of(2)))))
                .doesNotThrowAnyException();
    }
}
