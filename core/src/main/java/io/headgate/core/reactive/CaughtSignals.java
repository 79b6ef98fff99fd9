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
 * Passes signals on to a subscriber, and catches what it throws out of them.
 *
 * <p>Reactor's operators turn what a caller's function throws into an error signal, but for errors it calls fatal, such as
 * {@link NoClassDefFoundError} and {@link StackOverflowError}: these they throw at whoever signals. Passed on into a driver
 * they would end nothing: neither the caller's wait nor a lease. So the source is cancelled, and somebody is told: the owner
 * of the lease, who ends it, or, where the library ends and the caller's code begins, the caller ({@link #heard}).
 *
 * <p>It also stands between operators that would otherwise be fused, since what is thrown in a poll passes nobody here.
 */
public final class CaughtSignals<T> implements CoreSubscriber<T>, Subscription {

    private static final Logger logger = LoggerFactory.getLogger(CaughtSignals.class);

    /** Where Reactor's operators look for a hook of their own for errors that they drop: {@code Hooks.KEY_ON_ERROR_DROPPED}. */
    private static final String DROPPED = "reactor.onErrorDropped.local";

    /** What subscribers are being told at this moment: next to nothing ever, and each for as long as one call takes. */
    private static final List<Throwable> told = new CopyOnWriteArrayList<>();

    private final CoreSubscriber<? super T> subscriber;
    private final @Nullable Consumer<Throwable> whenThrown;
    private final boolean telling;
    private @Nullable Subscription source;
    private volatile boolean thrown;

    /** @param whenThrown takes what the subscriber threw, once at most */
    public CaughtSignals(CoreSubscriber<? super T> subscriber, Consumer<Throwable> whenThrown) {
        this(subscriber, whenThrown, false);
    }

    private CaughtSignals(
            CoreSubscriber<? super T> subscriber, @Nullable Consumer<Throwable> whenThrown, boolean telling) {
        this.subscriber = subscriber;
        this.whenThrown = whenThrown;
        this.telling = telling;
    }

    /** Passes errors on until the caller cancels: Reactor would log an error that has no subscriber left. */
    public static Consumer<Throwable> whileWanted(MonoSink<?> sink) {
        AtomicBoolean gone = new AtomicBoolean();
        sink.onCancel(() -> gone.set(true));
        return error -> {
            if (!gone.get()) {
                sink.error(error);
            }
        };
    }

    /** Passes signals on to a subscriber that gets what it throws as its end. */
    public static <T> CaughtSignals<T> telling(CoreSubscriber<? super T> subscriber) {
        return new CaughtSignals<>(subscriber, null, true);
    }

    /** A source whose subscriber gets what it throws as its end. */
    public static <T> Mono<T> heard(Mono<T> source) {
        return heard(source, null);
    }

    /** @param alsoTold takes what the subscriber threw, after the subscriber */
    public static <T> Mono<T> heard(Mono<T> source, @Nullable Consumer<Throwable> alsoTold) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new CaughtSignals<T>(actual, alsoTold, true).listenTo(source);
            }
        };
    }

    /** A source whose subscriber gets what it throws as its end. */
    public static <T> Flux<T> heard(Flux<T> source) {
        return heard(source, null);
    }

    /** @param alsoTold takes what the subscriber threw, after the subscriber */
    public static <T> Flux<T> heard(Flux<T> source, @Nullable Consumer<Throwable> alsoTold) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new CaughtSignals<T>(actual, alsoTold, true).listenTo(source);
            }
        };
    }

    /** Subscribes; a source that is made of a caller's functions may throw at that. */
    private void listenTo(CorePublisher<T> publisher) {
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
     * Ends a subscriber with what it threw. An operator that had come to its own end before it threw, as {@code collectList()}
     * has when it passes its list on, would drop the error: then the one behind it gets it, and what is before it is cancelled.
     * Some, such as {@code then()}, do not say that they have ended: see {@link #hearingDropped}.
     */
    public static void tell(CoreSubscriber<?> subscriber, Throwable error) {
        CoreSubscriber<?> listening = subscriber;
        CoreSubscriber<?> ended = null;
        CoreSubscriber<?> at = subscriber;
        // unsafe, since the last one, such as that of toFuture(), need not be able to be scanned itself
        while (scan(at, Scannable.Attr.ACTUAL) instanceof CoreSubscriber<?> behind) {
            if (Scannable.from(at).scanOrDefault(Scannable.Attr.TERMINATED, false)) {
                ended = at;
                listening = behind;
            } else if (scan(behind, Scannable.Attr.PARENT) != at) {
                // one of several whose signals are merged there: that others have ended is no matter
                break;
            }
            at = behind;
        }
        told.add(error);
        try {
            if (ended != null && scan(ended, Scannable.Attr.PARENT) instanceof Subscription before) {
                cancelQuietly(before);
            }
            listening.onError(error);
        } catch (Throwable again) {
            logger.error("a caller threw when it was told of the end of its work", again);
        } finally {
            told.remove(error);
        }
    }

    /**
     * The context of work whose end matters to somebody else, such as the owner of its lease: what an operator of the work drops
     * when it is {@linkplain #tell told} that it threw goes to that one. Other errors that are dropped go where they went.
     */
    public static Context hearingDropped(Context context, Consumer<Throwable> whenDropped) {
        Consumer<Throwable> hook = error -> {
            if (isTold(error)) {
                whenDropped.accept(error);
            } else {
                Operators.onErrorDropped(error, context);
            }
        };
        return context.put(DROPPED, hook);
    }

    private static boolean isTold(Throwable error) {
        for (Throwable each : told) {
            if (each == error) {
                return true;
            }
        }
        return false;
    }

    /** Cancels: what a caller's code throws at that must not keep anybody from being told, nor a lease from ending. */
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

    /** A source that has its values at hand gives them here. */
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
        if (telling) {
            tell(subscriber, error);
        }
        if (whenThrown != null) {
            whenThrown.accept(error);
        }
    }
}
