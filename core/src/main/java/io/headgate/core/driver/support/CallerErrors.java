package io.headgate.core.driver.support;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.MonoSink;

/** Errors on their way to callers who may have gone. */
public final class CallerErrors {

    private CallerErrors() {}

    /** Passes an error on unless the caller has cancelled: Reactor would log what nobody waits for. */
    public static Consumer<Throwable> whileWanted(MonoSink<?> sink) {
        AtomicBoolean gone = new AtomicBoolean();
        sink.onCancel(() -> gone.set(true));
        return error -> {
            if (!gone.get()) {
                sink.error(error);
            }
        };
    }
}
