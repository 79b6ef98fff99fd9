package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.ServerError;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class R2dbcErrorsTest {

    private static final String SQL = "SELECT $1::int, $2::int";

    private static WireError error(String severity, String state, String message, String where) {
        return new WireError(
                new ServerError(severity, state, message, null, null, 7, null, null, null, null, "routine"), where);
    }

    private static HeadgateException of(
            @Nullable WireError first, @Nullable WireError last, boolean sent, @Nullable WireError fatal) {
        ExchangeException exchange = new ExchangeException(new IOException("reset"), last, first, sent);
        return R2dbcErrors.of(exchange, "node:1", SQL, List.of(1, "secret"), fatal, true);
    }

    @Test
    void aValueThatDoesNotFitIsNamedButNotShown() {
        WireError refused = error(
                "ERROR",
                "22P02",
                "invalid input syntax for type integer: \"secret\"",
                "unnamed portal parameter $2 = 'secret'");
        assertThat(of(refused, refused, true, null))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $2 is a java.lang.String")
                .hasMessageContaining("type integer")
                .hasMessageNotContaining("secret");
    }

    @Test
    void theFirstErrorCountsWhereARepetitionMetAnAbortedTransaction() {
        WireError stale = error("ERROR", "26000", "prepared statement \"S_1\" does not exist", "");
        WireError aborted = error("ERROR", "25P02", "current transaction is aborted", "");
        assertThat(((DatabaseException) of(stale, aborted, true, null)).sqlState())
                .isEqualTo("26000");
        WireError other = error("ERROR", "42P01", "relation does not exist", "");
        assertThat(((DatabaseException) of(stale, other, true, null)).sqlState())
                .isEqualTo("42P01");
    }

    @Test
    void whatWasNotSentWasNotExecuted() {
        assertThat(of(null, null, false, error("FATAL", "57P01", "terminating", "")))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("terminating")
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
        assertThat(of(null, null, true, null).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void positionsCountFromTheCallersText() {
        WireError refused = error("ERROR", "42601", "syntax error", "");
        ExchangeException shifted = new ExchangeException(null, refused, refused, true).withoutPrefix(4);
        assertThat(shifted.answer().error().position()).isEqualTo(3);
    }
}
