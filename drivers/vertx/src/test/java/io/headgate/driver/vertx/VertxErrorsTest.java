package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.ConstraintViolationException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.PoolerException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.ErrorMessageFactory;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class VertxErrorsTest {

    private static final String SQL = "UPDATE track SET title = $1";
    private static final ServerError FATAL = new ServerError("FATAL", "08P01", "server conn crashed?");

    @Test
    void takesOverEveryFieldOfAServersError() {
        PgException error = new PgException(
                "duplicate key",
                "ERROR",
                "23505",
                "a detail",
                "a hint",
                "8",
                "ip",
                "iq",
                "where",
                "file",
                "line",
                "_bt_check_unique",
                "public",
                "track",
                "id",
                "int8",
                "track_pkey");
        assertThat(VertxErrors.serverError(error))
                .isEqualTo(new ServerError(
                        "ERROR",
                        "23505",
                        "duplicate key",
                        "a detail",
                        "a hint",
                        8,
                        "public",
                        "track",
                        "id",
                        "track_pkey",
                        "_bt_check_unique"));
        assertThat(of(error, true)).isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void standsFieldsThatAreMissing() {
        assertThat(VertxErrors.serverError(new PgException(null, null, null, null)))
                .isEqualTo(new ServerError("ERROR", "XX000", ""));
        PgException noNumber = new PgException(
                "m", "ERROR", "42601", null, null, "here", null, null, null, null, null, "r", null, null, null, null,
                null);
        assertThat(VertxErrors.serverError(noNumber).position()).isZero();
    }

    @Test
    void leavesTheOutcomeOpenOnlyWhereTheStatementWasDecisive() {
        for (Throwable lost :
                new Throwable[] {ClosedConnectionException.INSTANCE, new IOException("Connection reset")}) {
            assertThat(of(lost, true))
                    .isInstanceOf(ConnectionLostException.class)
                    .satisfies(error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(of(lost, false).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        }
        assertThat(of(new IOException("Connection reset"), true)).hasMessageContaining("Connection reset");
    }

    @Test
    void knowsWhatWasNeverSent() {
        for (String message : new String[] {
            "Pending requests failed to be sent due to connection has been closed.",
            "Connection is not active now, current status: CLOSED"
        }) {
            HeadgateException error = of(VertxException.noStackTrace(message), true);
            assertThat(error).isInstanceOf(ConnectionLostException.class);
            assertThat(error.isSafeToRetry()).isTrue();
        }
    }

    @Test
    void givesTheReasonTheServerGaveForTheEnd() {
        assertThat(VertxErrors.ofStatement(
                        ClosedConnectionException.INSTANCE, Node.of("db", 1), SQL, FATAL, Effect.ATOMIC))
                .isInstanceOf(PoolerException.class)
                .hasMessageContaining("server conn crashed?")
                .satisfies(error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(VertxErrors.ofStatement(
                        VertxException.noStackTrace("Connection is not active now"),
                        Node.of("db", 1),
                        SQL,
                        FATAL,
                        Effect.ATOMIC))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("server conn crashed?");
    }

    @Test
    void explainsParametersThatDoNotSuit() {
        assertThat(of(VertxException.noStackTrace(ErrorMessageFactory.buildWhenArgumentsLengthNotMatched(2, 1)), true))
                .isInstanceOf(ParameterException.class)
                .hasMessage("the statement takes 2 parameters and 1 was bound: " + SQL);
        assertThat(of(
                        VertxException.noStackTrace(ErrorMessageFactory.buildWhenArgumentsTypeNotMatched(
                                Integer.class, 1, "se\ncret] can not be coerced to the expected class = [x]")),
                        true))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $2 is a java.lang.String")
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining(SQL)
                .hasMessageNotContaining("cret");
    }

    @Test
    void passesItsOwnErrorsOn() {
        HeadgateException own = new ClosedException("the pool");
        assertThat(of(own, true)).isSameAs(own);
    }

    @Test
    void callsTheRestAnAnswerThatCannotBeRead() {
        IllegalStateException strange = new IllegalStateException("strange");
        assertThat(of(strange, true)).isInstanceOf(RowMappingException.class).hasCause(strange);
    }

    private static HeadgateException of(Throwable error, boolean decisive) {
        return VertxErrors.ofStatement(error, Node.of("db", 1), SQL, null, decisive ? Effect.ATOMIC : Effect.NONE);
    }
}
