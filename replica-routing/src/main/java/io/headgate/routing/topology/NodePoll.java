package io.headgate.routing.topology;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Asks one node again and again, one question at a time. Safe for use by many threads. */
final class NodePoll {

    private final Scheduler timers;
    private final LongSupplier clock;
    private final Supplier<Mono<Duration>> question;
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private @Nullable Disposable timer;
    private boolean asking;
    private boolean again;
    private boolean closed;
    private long askedAt;

    /** @param question completes with the time until the next question */
    NodePoll(Scheduler timers, LongSupplier clock, Supplier<Mono<Duration>> question) {
        this.timers = timers;
        this.clock = clock;
        this.question = question;
    }

    /** Asks now, or a short time after the last question; if one is under way, once more behind it. */
    void now() {
        synchronized (this) {
            if (asking || closed) {
                again = true;
                return;
            }
            long left = askedAt + TopologyMonitor.QUICK_INTERVAL.toNanos() - clock.getAsLong();
            if (askedAt != 0 && left > 0) {
                askIn(left);
                return;
            }
            begin();
        }
        ask();
    }

    private synchronized void begin() {
        asking = true;
        again = false;
        askedAt = clock.getAsLong();
        if (timer != null) {
            timer.dispose();
        }
    }

    private void ask() {
        question.get()
                .takeUntilOther(closing.asMono())
                .subscribe(this::answered, failure -> answered(TopologyMonitor.INTERVAL));
    }

    private synchronized void answered(Duration pause) {
        asking = false;
        if (!closed) {
            askIn(again ? 0 : pause.toNanos());
        }
    }

    private synchronized void askIn(long nanos) {
        if (timer != null) {
            timer.dispose();
        }
        timer = timers.schedule(this::now, nanos, TimeUnit.NANOSECONDS);
    }

    void close() {
        synchronized (this) {
            closed = true;
            if (timer != null) {
                timer.dispose();
            }
        }
        closing.tryEmitEmpty();
    }
}
