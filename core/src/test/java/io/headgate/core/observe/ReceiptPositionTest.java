package io.headgate.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** A receipt has a position only if it covers all that may have been written. */
class ReceiptPositionTest {

    private static final Node NODE = Node.of("db", 5432);
    private static final Lsn KNOWN = new Lsn(100);
    private static final Completion AT_KNOWN = Completion.of(Role.PRIMARY).position(KNOWN);

    private @Nullable Lsn positionOf(Consumer<DataAccessListener> events) {
        AtomicReference<Receipt> receipt = new AtomicReference<>();
        Receipt.collect(
                        Mono.deferContextual(context -> {
                            events.accept(Listeners.of(DataAccessListener.NONE, context));
                            return Mono.empty();
                        }),
                        receipt::set)
                .block();
        return receipt.get().position();
    }

    private static Observation begin(DataAccessListener listener, String sql) {
        return listener.started(Operation.of(Operation.Kind.STATEMENT, NODE, SqlStatement.of(sql)), Context.empty());
    }

    private static void write(DataAccessListener listener) {
        Observation observation = begin(listener, "INSERT INTO t VALUES (1)");
        observation.completed(AT_KNOWN);
        observation.ended(null);
    }

    private static Throwable lost(Outcome outcome) {
        return new ConnectionLostException(NODE, "lost", outcome, null);
    }

    @Test
    void aWriteThatEndedHasOne() {
        assertThat(positionOf(ReceiptPositionTest::write)).isEqualTo(KNOWN);
    }

    @Test
    void aWriteThatHasNotEndedLeavesItOpen() {
        assertThat(positionOf(listener -> {
                    begin(listener, "INSERT INTO t VALUES (2)");
                    write(listener);
                }))
                .isNull();
    }

    @Test
    void aReadThatHasNotEndedDoesNot() {
        assertThat(positionOf(listener -> {
                    begin(listener, "SELECT 1");
                    write(listener);
                }))
                .isEqualTo(KNOWN);
    }

    @Test
    void aWriteThatWasNeverSentDoesNot() {
        assertThat(positionOf(listener -> {
                    begin(listener, "INSERT INTO t VALUES (2)").cancelled();
                    write(listener);
                }))
                .isEqualTo(KNOWN);
    }

    /** Its caller had cancelled it, and the server has executed it. */
    @Test
    void aWriteThatEndedWithoutACompletionLeavesItOpen() {
        assertThat(positionOf(listener -> {
                    begin(listener, "INSERT INTO t VALUES (2)").ended(null);
                    write(listener);
                }))
                .isNull();
    }

    @Test
    void theOutcomeOfAFailureDecides() {
        assertThat(positionOf(listener -> {
                    write(listener);
                    begin(listener, "INSERT INTO t VALUES (2)").failed(lost(Outcome.UNKNOWN));
                }))
                .isNull();
        assertThat(positionOf(listener -> {
                    write(listener);
                    begin(listener, "INSERT INTO t VALUES (2)").failed(lost(Outcome.NOT_EXECUTED));
                }))
                .isEqualTo(KNOWN);
        assertThat(positionOf(listener -> {
                    write(listener);
                    begin(listener, "INSERT INTO t VALUES (2)").failed(new IllegalStateException("own"));
                }))
                .isNull();
    }

    @Test
    void aCommitIsAWrite() {
        assertThat(positionOf(
                        listener -> listener.committing(NODE, Context.empty()).completed(AT_KNOWN)))
                .isEqualTo(KNOWN);
        assertThat(positionOf(listener -> {
                    write(listener);
                    listener.committing(NODE, Context.empty());
                }))
                .as("given up while it commits")
                .isNull();
        assertThat(positionOf(listener -> {
                    write(listener);
                    listener.committing(NODE, Context.empty()).cancelled();
                }))
                .as("nothing was sent")
                .isEqualTo(KNOWN);
        assertThat(positionOf(listener -> {
                    write(listener);
                    listener.committing(NODE, Context.empty()).failed(lost(Outcome.UNKNOWN));
                }))
                .isNull();
    }
}
