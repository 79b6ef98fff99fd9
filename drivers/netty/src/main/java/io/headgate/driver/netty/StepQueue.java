package io.headgate.driver.netty;

import io.headgate.core.error.Effect;
import io.headgate.core.error.ServerError;
import io.headgate.core.reactive.CaughtSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * Runs steps on a connection's event loop, in order of request. Each counts as in flight until it has run. Work that it sends is counted
 * before that, so the connection is not taken for idle in between.
 */
final class StepQueue {

    /** A step that may report an error to its caller. */
    interface Step {
        void run(SendBuffer buffer, Consumer<Throwable> fail);
    }

    /** A step without a caller. */
    interface Silent {
        void run(SendBuffer buffer);
    }

    private final Wire wire;
    private final InFlight inFlight;
    private final StatementErrors errors;

    StepQueue(Wire wire, InFlight inFlight, StatementErrors errors) {
        this.wire = wire;
        this.inFlight = inFlight;
        this.errors = errors;
    }

    /** Requests a step that ends a transaction. Fails if the connection is lost first: then nothing of the transaction remains. */
    void enqueue(MonoSink<?> sink, Step step) {
        Consumer<Throwable> error = CaughtSignals.untilCancelled(sink);
        Consumer<Throwable> fail = thrown -> CallerSignals.signal(() -> error.accept(thrown));
        enqueue(
                buffer -> step.run(buffer, fail),
                (fatal, why) -> fail.accept(errors.lost(fatal, why, "", Effect.NONE)));
    }

    /** Requests a step. Nothing remains to do if the connection is lost before it. */
    void enqueue(Silent step) {
        enqueue(step, (fatal, why) -> {});
    }

    private interface Refusal {
        void take(@Nullable ServerError fatal, String why);
    }

    private void enqueue(Silent step, Refusal refusal) {
        inFlight.begin();
        wire.enqueue(new WireTask() {
            private boolean ended;

            @Override
            public void run(SendBuffer buffer) {
                try {
                    step.run(buffer);
                } finally {
                    end();
                }
            }

            @Override
            public void refuse(@Nullable ServerError fatal, String why) {
                end();
                refusal.take(fatal, why);
            }

            /** Once: a step that throws before it has registered a unit is refused too. */
            private void end() {
                if (!ended) {
                    ended = true;
                    inFlight.end();
                }
            }
        });
    }
}
