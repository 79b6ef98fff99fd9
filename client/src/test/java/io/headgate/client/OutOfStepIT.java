package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * A transaction that something else has ended is neither reported as committed nor as rolled back, and its connection serves
 * nobody any more. Here that something is a COMMIT as a statement, which the layers above refuse.
 */
@EveryRoute
class OutOfStepIT {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final SqlDriver driver = DriverUnderTest.create();
    private final DriverConnection connection;

    OutOfStepIT(Route route) {
        connection = driver.connect(ConnectionSettings.parse(route.url())).block();
    }

    @BeforeEach
    void endATransactionUnasked() {
        connection.begin(TransactionOptions.defaults());
        connection.execute(SqlStatement.of("SELECT 1")).block();
        connection.execute(SqlStatement.of("COMMIT")).block();
    }

    @AfterEach
    void close() {
        assertThat(connection.isOpen()).isFalse();
        connection.onClose().block(LIMIT);
        driver.close().block(LIMIT);
    }

    @Test
    void isNotCommitted() {
        assertOutcomeUnknown(connection
                .commit(() -> {
                    throw new AssertionError("the connection is nobody's any more");
                })
                .then());
    }

    @Test
    void isNotRolledBack() {
        assertOutcomeUnknown(connection.rollback());
    }

    @Test
    void doesNotComeToRest() {
        assertOutcomeUnknown(connection.reset(LIMIT, LIMIT));
    }

    private static void assertOutcomeUnknown(Mono<Void> end) {
        end.as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ConnectionLostException.class, lost -> {
                            assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);
                            assertThat(lost).hasMessageContaining("its transaction had ended before it was asked to");
                        }));
    }
}
