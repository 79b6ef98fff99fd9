package io.headgate.driver.netty;

import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Gets the completion of each operation. Not guarded: what the taker throws stands for an exception of the driver. */
class CompletionListener implements DataAccessListener {

    private final Consumer<Completion> taker;

    CompletionListener(Consumer<Completion> taker) {
        this.taker = taker;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        return new Observation() {
            @Override
            public void ended(@Nullable Throwable error) {}

            @Override
            public boolean wantsCompletion() {
                return true;
            }

            @Override
            public void completed(Completion completion) {
                taker.accept(completion);
            }
        };
    }
}
