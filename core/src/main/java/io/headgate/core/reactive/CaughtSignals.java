package io.headgate.core.reactive;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Passes signals on to a subscriber and catches what the subscriber throws.
 *
 * <p>Reactor's operators turn an exception of a caller's function into an error signal, except for errors that Reactor calls fatal, such
 * as {@link NoClassDefFoundError} and {@link StackOverflowError}. Operators throw these to the source of the signal. In a driver such an
 * error would end neither the caller's wait nor the lease. So this class cancels the source and reports the error: to the owner of the
 * lease, which ends the lease, or, at the border between the library and the caller's code, to the caller ({@link #reported}).
 *
 * <p>It also prevents fusion of the operators on both sides, because this class cannot catch what a fused poll throws.
 */
public final class CaughtSignals<T> implements CoreSubscriber<T>, Subscription {

    private static final Logger logger = LoggerFactory.getLogger(CaughtSignals.class);

    /** The Context key of a hook for errors that Reactor's operators drop: {@code Hooks.KEY_ON_ERROR_DROPPED}. */
    private static final String DROPPED = "reactor.onErrorDropped.local";

    /** Errors that {@link #signalError} is passing to subscribers now. Nearly always empty; each stays for the duration of one call. */
    private static final List<Throwable> beingReported = new CopyOnWriteArrayList<>();

    private final CoreSubscriber<? super T> subscriber;
    private final @Nullable Consumer<Throwable> whenThrown;
    private final boolean reportsToSubscriber;
    private @Nullable Subscription source;
    private volatile boolean thrown;

    /** @param whenThrown receives what the subscriber threw, at most once */
    public CaughtSignals(CoreSubscriber<? super T> subscriber, Consumer<Throwable> whenThrown) {
        this(subscriber, whenThrown, false);
    }

    private CaughtSignals(
            CoreSubscriber<? super T> subscriber,
            @Nullable Consumer<Throwable> whenThrown,
            boolean reportsToSubscriber) {
        this.subscriber = subscriber;
        this.whenThrown = whenThrown;
        this.reportsToSubscriber = reportsToSubscriber;
    }

    /** Passes the first error to the sink, unless its subscriber has cancelled. Reactor would log an error after the end. */
    public static Consumer<Throwable> untilCancelled(MonoSink<?> sink) {
        AtomicBoolean over = new AtomicBoolean();
        sink.onCancel(() -> over.set(true));
        return error -> {
            if (over.compareAndSet(false, true)) {
                sink.error(error);
            }
        };
    }

    /** Passes signals on to a subscriber. What the subscriber throws, it receives as its error signal. */
    public static <T> CaughtSignals<T> reportingTo(CoreSubscriber<? super T> subscriber) {
        return new CaughtSignals<>(subscriber, null, true);
    }

    /** A source whose subscriber receives what it throws as its error signal. */
    public static <T> Mono<T> reported(Mono<T> source) {
        return reported(source, null);
    }

    /** @param whenThrown receives what the subscriber threw, after the subscriber */
    public static <T> Mono<T> reported(Mono<T> source, @Nullable Consumer<Throwable> whenThrown) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new CaughtSignals<T>(actual, whenThrown, true).subscribeTo(source);
            }
        };
    }

    /** A source whose subscriber receives what it throws as its error signal. */
    public static <T> Flux<T> reported(Flux<T> source) {
        return reported(source, null);
    }

    /** @param whenThrown receives what the subscriber threw, after the subscriber */
    public static <T> Flux<T> reported(Flux<T> source, @Nullable Consumer<Throwable> whenThrown) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new CaughtSignals<T>(actual, whenThrown, true).subscribeTo(source);
            }
        };
    }

    /** Subscribes. A source that contains a caller's functions may throw in subscribe. */
    private void subscribeTo(CorePublisher<T> publisher) {
        try {
            publisher.subscribe(this);
        } catch (Throwable error) {
            if (source == null) {
                Operators.error(subscriber, error);
            } else {
                caught(error);
            }
        }
    }

    /**
     * Signals to a subscriber the error that it threw. An operator that had terminated before it threw, as {@code collectList()} has
     * when it emits its list, would drop the error. Then the operator downstream of it receives the error, and the operator upstream is
     * cancelled. Some operators, such as {@code then()}, do not report that they have terminated: see {@link #withDroppedErrorHook}.
     */
    public static void signalError(CoreSubscriber<?> subscriber, Throwable error) {
        CoreSubscriber<?> receiver = subscriber;
        CoreSubscriber<?> ended = null;
        CoreSubscriber<?> at = subscriber;
        // scanUnsafe, because the last subscriber, such as that of toFuture(), may not be Scannable
        while (scan(at, Scannable.Attr.ACTUAL) instanceof CoreSubscriber<?> behind) {
            if (Scannable.from(at).scanOrDefault(Scannable.Attr.TERMINATED, false)) {
                ended = at;
                receiver = behind;
            } else if (scan(behind, Scannable.Attr.PARENT) != at) {
                // the operator downstream merges several sources: whether the others have ended does not matter
                break;
            }
            at = behind;
        }
        beingReported.add(error);
        try {
            if (ended != null && scan(ended, Scannable.Attr.PARENT) instanceof Subscription upstream) {
                cancelQuietly(upstream);
            }
            receiver.onError(error);
        } catch (Throwable again) {
            logger.error("a caller threw when it received the end of its work", again);
        } finally {
            beingReported.remove(error);
        }
    }

    /**
     * A Context with a hook for errors that {@link #signalError} signals and that an operator of the work drops: {@code whenDropped} receives
     * them, for example for the owner of the work's lease. Other dropped errors are handled as before.
     */
    public static Context withDroppedErrorHook(Context context, Consumer<Throwable> whenDropped) {
        Consumer<Throwable> hook = error -> {
            if (isBeingReported(error)) {
                whenDropped.accept(error);
            } else {
                Operators.onErrorDropped(error, context);
            }
        };
        return context.put(DROPPED, hook);
    }

    private static boolean isBeingReported(Throwable error) {
        for (Throwable each : beingReported) {
            if (each == error) {
                return true;
            }
        }
        return false;
    }

    /** Cancels and logs what the caller's code throws, so that the error is still reported and the lease still ends. */
    public static void cancelQuietly(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable again) {
            logger.error("a caller threw when its work was cancelled", again);
        }
    }

    private static @Nullable Object scan(CoreSubscriber<?> subscriber, Scannable.Attr<?> attribute) {
        return Scannable.from(subscriber).scanUnsafe(attribute);
    }

    @Override
    public Context currentContext() {
        return subscriber.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        subscriber.onSubscribe(this);
    }

    @Override
    public void onNext(T value) {
        if (!thrown) {
            try {
                subscriber.onNext(value);
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!thrown) {
            try {
                subscriber.onError(failure);
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    @Override
    public void onComplete() {
        if (!thrown) {
            try {
                subscriber.onComplete();
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    /** A synchronous source emits its values within this call. */
    @Override
    public void request(long n) {
        Subscription upstream = source;
        if (upstream != null) {
            try {
                upstream.request(n);
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    @Override
    public void cancel() {
        Subscription upstream = source;
        if (upstream != null) {
            cancelQuietly(upstream);
        }
    }

    private void caught(Throwable error) {
        thrown = true;
        cancel();
        if (reportsToSubscriber) {
            signalError(subscriber, error);
        }
        if (whenThrown != null) {
            whenThrown.accept(error);
        }
    }
}
