package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.ServerError;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.topology.Node;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class R2dbcExceptionsTest {

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new ConfigurationException("x"), R2dbcNonTransientResourceException.class),
                Arguments.of(new ClosedException("x"), R2dbcNonTransientResourceException.class),
                Arguments.of(new ParameterException("x"), R2dbcDataIntegrityViolationException.class),
                Arguments.of(
                        new TransactionDeadline.TimeIsOverException(Duration.ofSeconds(1)),
                        R2dbcTimeoutException.class),
                Arguments.of(new TransactionAbortedException(null), R2dbcRollbackException.class),
                Arguments.of(
                        new ConnectFailedException(Node.of("n", 1), "x", null), R2dbcTransientResourceException.class),
                Arguments.of(
                        new ConnectionLostException(Node.of("n", 1), "x", Outcome.NOT_EXECUTED, null),
                        R2dbcTransientResourceException.class),
                Arguments.of(
                        new ConnectionLostException(Node.of("n", 1), "x", Outcome.UNKNOWN, null),
                        R2dbcNonTransientResourceException.class));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void keepsTheErrorAsTheCause(HeadgateException error, Class<? extends R2dbcException> type) {
        Throwable translated = R2dbcExceptions.of(error);
        assertThat(translated).isExactlyInstanceOf(type).hasCause(error).hasMessage(error.getMessage());
        if (error.outcome() != Outcome.NOT_EXECUTED) {
            assertThat(translated).as("must not be repeated unseen").isNotInstanceOf(R2dbcTransientException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"57014", "55P03", "25P03", "25P04", "40001", "40P01"})
    void aTimeoutOrRollbackIsTransientOnlyIfNothingTookEffect(String sqlState) {
        ServerError refusal = new ServerError("ERROR", sqlState, "x");
        Throwable certain = R2dbcExceptions.of(failure(refusal, Outcome.NOT_EXECUTED));
        assertThat(certain).isInstanceOf(R2dbcTransientException.class);
        assertThat(R2dbcExceptions.of(failure(refusal, Outcome.UNKNOWN)))
                .isExactlyInstanceOf(R2dbcNonTransientResourceException.class);
    }

    private static DatabaseException failure(ServerError refusal, Outcome outcome) {
        ErrorTable.Meaning known = ErrorTable.of(refusal, Effect.PIECEMEAL);
        ErrorTable.Meaning meaning = new ErrorTable.Meaning(known.kind(), known.isTransient(), outcome, known.reason());
        return new DatabaseException(refusal, meaning, Node.of("n", 1), "CALL p()", null, null);
    }

    @Test
    void leavesOtherErrorsAsTheyAre() {
        IllegalStateException own = new IllegalStateException("the caller's own");
        assertThat(R2dbcExceptions.of(own)).isSameAs(own);
    }
}
