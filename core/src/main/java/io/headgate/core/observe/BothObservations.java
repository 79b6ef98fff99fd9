package io.headgate.core.observe;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** Two observations of one operation. */
record BothObservations(Observation first, Observation second) implements Observation {

    @Override
    public void ended(@Nullable Throwable error) {
        first.ended(error);
        second.ended(error);
    }

    @Override
    public boolean wantsCompletion() {
        return first.wantsCompletion() || second.wantsCompletion();
    }

    @Override
    public void completed(Completion completion) {
        first.completed(completion);
        second.completed(completion);
    }

    @Override
    public void failed(Throwable error) {
        first.failed(error);
        second.failed(error);
    }

    @Override
    public void cancelled() {
        first.cancelled();
        second.cancelled();
    }

    @Override
    public Context within(Context inner) {
        return second.within(first.within(inner));
    }
}
