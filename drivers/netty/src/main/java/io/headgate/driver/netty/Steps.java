package io.headgate.driver.netty;

import io.headgate.core.error.Effect;
import io.headgate.core.error.ServerError;
import io.headgate.core.reactive.CaughtSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * Steps of a connection that are taken on its event loop, in the order in which they were asked for. Each counts as in flight until it
 * has run. What it sends is in flight before that, so the connection is never taken for idle between the two.
 */
final class Steps {

    /** A step that may fail its caller. */
    interface Step {
        void run(Turn turn, Consumer<Throwable> fail);
    }

    /** A step without a caller. */
    interface Silent {
        void run(Turn turn);
    }

    private final Wire wire;
    private final InFlight inFlight;
    private final StatementErrors errors;

    Steps(Wire wire, InFlight inFlight, StatementErrors errors) {
        this.wire = wire;
        this.inFlight = inFlight;
        this.errors = errors;
    }

    /** Takes a step that ends a transaction. When the connection is lost before it, nothing of the transaction is left to end. */
    void ask(MonoSink<?> sink, Step step) {
        Consumer<Throwable> fail = CaughtSignals.whileWanted(sink);
        ask(turn -> step.run(turn, fail), (fatal, why) -> fail.accept(errors.lost(fatal, why, "", Effect.NONE)));
    }

    /** Takes a step of which nothing is left to do when the connection is lost before it. */
    void ask(Silent step) {
        ask(step, (fatal, why) -> {});
    }

    private interface Refusal {
        void take(@Nullable ServerError fatal, String why);
    }

    private void ask(Silent step, Refusal refusal) {
        inFlight.begin();
        wire.ask(new Wire.Task() {
            @Override
            public void run(Turn turn) {
                try {
                    step.run(turn);
                } finally {
                    inFlight.end();
                }
            }

            @Override
            public void refuse(@Nullable ServerError fatal, String why) {
                inFlight.end();
                refusal.take(fatal, why);
            }
        });
    }
}
