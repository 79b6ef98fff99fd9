package io.headgate.driver.netty;

import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Gets the completion and the end of each operation. Not guarded: what the takers throw stands for an exception of the driver. */
class CompletionListener implements DataAccessListener {

    private final Consumer<Completion> taker;
    private final Runnable atEnd;

    CompletionListener(Consumer<Completion> taker) {
        this(taker, () -> {});
    }

    CompletionListener(Consumer<Completion> taker, Runnable atEnd) {
        this.taker = taker;
        this.atEnd = atEnd;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        return new Observation() {
            @Override
            public void ended(@Nullable Throwable error) {
                atEnd.run();
            }

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
