package io.headgate.pool.lease;

import io.headgate.pool.statement.StatementProfile;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The activity on a lease: whether the server works for the lease's user, or the connection waits for the user. A stream counts
 * as under way while its reader has requested more rows than it received.
 *
 * <p>Statements report from any thread. The pool's event queue {@linkplain #look looks} at the activity; the methods answer as
 * of the last look.
 */
public final class LeaseActivity {

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<Flow> DEMAND = AtomicLongFieldUpdater.newUpdater(Flow.class, "demand");

    private final AtomicInteger underWay = new AtomicInteger();

    /** Changes whenever something begins, makes progress or ends. If two changes coincide, one may be lost. */
    private final AtomicInteger changes = new AtomicInteger();

    private volatile long overdueNanos = StatementProfile.OVERDUE_UNLESS_KNOWN;

    // belongs to the pool's event queue
    private int changesSeen = -1;
    private long unchangedSince;
    private boolean seen;
    private long seenSince;

    /** Sets the time, in nanoseconds, after which the next statement is overdue: far longer than usual. */
    public void overdueFrom(long nanos) {
        overdueNanos = nanos;
    }

    public void look(long now) {
        if (!seen) {
            seen = true;
            seenSince = now;
        }
        int number = changes.get();
        if (number != changesSeen) {
            changesSeen = number;
            unchangedSince = now;
        }
    }

    /** Whether nothing has run for at least this time. */
    public boolean isIdle(long now, long nanos) {
        return underWay.get() == 0 && isUnchanged(now, nanos);
    }

    private boolean isUnchanged(long now, long nanos) {
        return now - unchangedSince >= nanos;
    }

    /** Whether a statement has run for far longer than usual: it may wait for a lock. */
    public boolean isOverdue(long now) {
        return underWay.get() > 0 && isUnchanged(now, overdueNanos);
    }

    /** Whether the first look was at least this time ago. */
    boolean isSeenFor(long now, long nanos) {
        return now - seenSince >= nanos;
    }

    private void begins() {
        underWay.incrementAndGet();
        moves();
    }

    private void ends() {
        underWay.decrementAndGet();
        moves();
    }

    private void moves() {
        changes.lazySet(changes.get() + 1);
    }

    <T> Mono<T> statement(Mono<T> statement) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                follow(statement, actual);
            }
        };
    }

    <T> Flux<T> stream(Flux<T> stream) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                follow(stream, actual);
            }
        };
    }

    private <T> void follow(Publisher<T> source, CoreSubscriber<? super T> actual) {
        Flow<T> flow = new Flow<>(actual);
        try {
            source.subscribe(flow);
        } catch (Throwable thrown) {
            // otherwise it would count as under way for ever
            flow.over();
            throw thrown;
        }
    }

    /**
     * A statement that reads data from the user. It counts as under way once all data were given; until then the server waits
     * for them.
     */
    <D, T> Mono<T> fed(Publisher<D> data, Function<Flux<D>, Mono<T>> statement) {
        return Mono.defer(() -> {
            Flow<T> end = new Flow<>(Operators.emptySubscriber());
            Flux<D> taken = Flux.from(data).doOnNext(piece -> moves()).doOnComplete(() -> end.request(1));
            return statement.apply(taken).doFinally(signal -> end.over());
        });
    }

    /** Under way while there is demand. */
    private final class Flow<T> implements CoreSubscriber<T>, Subscription {

        private static final long OVER = -1;

        private final CoreSubscriber<? super T> actual;
        private volatile long demand;
        private Subscription source = Operators.emptySubscription();

        Flow(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            long before;
            do {
                before = demand;
            } while (before != OVER && !DEMAND.compareAndSet(this, before, Operators.addCap(before, n)));
            if (before == 0 && n > 0) {
                begins();
            }
            source.request(n);
        }

        @Override
        public void onNext(T value) {
            long before;
            do {
                before = demand;
            } while (before > 0 && before != Long.MAX_VALUE && !DEMAND.compareAndSet(this, before, before - 1));
            if (before == 1) {
                ends();
            } else {
                moves();
            }
            actual.onNext(value);
        }

        @Override
        public void onComplete() {
            over();
            actual.onComplete();
        }

        @Override
        public void onError(Throwable error) {
            over();
            actual.onError(error);
        }

        @Override
        public void cancel() {
            over();
            source.cancel();
        }

        private void over() {
            if (DEMAND.getAndSet(this, OVER) > 0) {
                ends();
            }
        }
    }
}
