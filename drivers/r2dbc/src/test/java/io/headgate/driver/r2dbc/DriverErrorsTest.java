package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DriverErrorsTest {

    private static final String SQL = "SELECT $1::int, $2::int";

    private static WireError error(String severity, String state, String message, String where) {
        return new WireError(
                new ServerError(severity, state, message, null, null, 7, null, null, null, null, "routine"), where);
    }

    private static HeadgateException of(@Nullable WireError answer, boolean sent, @Nullable WireError fatal) {
        ExchangeException exchange = new ExchangeException(new IOException("reset"), answer, sent);
        return DriverErrors.of(exchange, Node.of("node", 1), SQL, List.of(1, "secret"), fatal, Effect.ATOMIC);
    }

    @Test
    void aValueThatDoesNotFitIsNamedButNotShown() {
        WireError refused = error(
                "ERROR",
                "22P02",
                "invalid input syntax for type integer: \"secret\"",
                "unnamed portal parameter $2 = 'secret'");
        assertThat(of(refused, true, null))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $2 is a java.lang.String")
                .hasMessageContaining("type integer")
                .hasMessageNotContaining("secret");
    }

    /** R2DBC would send the statement again, although it may have committed. Only the driver decides about repeats. */
    @Test
    void r2dbcIsNotShownWhatItRepeatsAStatementAfter() {
        for (String state : List.of("26000", "0A000", "42601")) {
            ByteBuf message = Unpooled.copiedBuffer(
                    "SERROR\0VERROR\0C" + state + "\0Mgone C26000\0RRevalidateCachedQuery\0\0", StandardCharsets.UTF_8);
            WireError before = WireError.read(message, 0);
            WireError.hideFromRepetition(message, 0);
            WireError shown = WireError.read(message, 0);
            assertThat(before.error().sqlState()).isEqualTo(state);
            assertThat(shown.error().sqlState()).isNotIn("26000", "0A000");
            assertThat(shown.error().message()).isEqualTo("gone C26000");
        }
    }

    @Test
    void aTruncatedErrorIsLeftAlone() {
        ByteBuf message = Unpooled.copiedBuffer("SERROR\0C260", StandardCharsets.UTF_8);
        WireError.hideFromRepetition(message, 0);
        assertThat(message.toString(StandardCharsets.UTF_8)).isEqualTo("SERROR\0C260");
    }

    @Test
    void whatWasNotSentWasNotExecuted() {
        assertThat(of(null, false, error("FATAL", "57P01", "terminating", "")))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("terminating")
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
        assertThat(of(null, true, null).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void positionsCountFromTheCallersText() {
        WireError refused = error("ERROR", "42601", "syntax error", "");
        ExchangeException shifted = new ExchangeException(null, refused, true).withoutPrefix(4);
        assertThat(shifted.answer().error().position()).isEqualTo(3);
    }
}
