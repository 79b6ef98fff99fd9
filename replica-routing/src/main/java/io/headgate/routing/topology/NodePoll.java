package io.headgate.routing.topology;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks one node again and again, one question at a time. Safe for use by many threads. */
final class NodePoll {

    private final Scheduler timers;
    private final Supplier<Mono<Duration>> question;
    private final Disposable.Swap running = Disposables.swap();
    private @Nullable Disposable timer;
    private boolean asking;
    private boolean again;

    /** @param question completes with the time until the next question; must not fail */
    NodePoll(Scheduler timers, Supplier<Mono<Duration>> question) {
        this.timers = timers;
        this.question = question;
    }

    /** Asks now; if a question is under way, once more behind it. */
    void now() {
        synchronized (this) {
            if (asking) {
                again = true;
                return;
            }
            asking = true;
            if (timer != null) {
                timer.dispose();
            }
        }
        ask();
    }

    private void ask() {
        running.update(question.get().subscribe(this::answered));
    }

    private void answered(Duration pause) {
        synchronized (this) {
            asking = false;
            Duration next = again ? Duration.ZERO : pause;
            again = false;
            if (!running.isDisposed()) {
                timer = timers.schedule(this::now, next.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    void close() {
        running.dispose();
        synchronized (this) {
            if (timer != null) {
                timer.dispose();
            }
        }
    }
}
