package io.headgate.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A question whose answer serves everybody who asked before it was sent. One is under way at most; callers that come meanwhile share the next.
 * Safe for use by many threads.
 */
final class SharedQuestion<T> {

    private final Mono<T> question;
    private Sinks.@Nullable One<T> next;
    private boolean underWay;

    /** @param timeout positive; the longest wait for an answer */
    SharedQuestion(Mono<T> question, Duration timeout, Scheduler timers) {
        this.question = question.timeout(timeout, timers);
    }

    /** The answer to a question that is sent after the subscription. Cancelling does not cancel the question: others may share it. */
    Mono<T> ask() {
        return Mono.defer(() -> {
            Sinks.One<T> mine;
            boolean sendNow;
            synchronized (this) {
                if (next == null) {
                    next = Sinks.one();
                }
                mine = next;
                sendNow = !underWay;
                if (sendNow) {
                    underWay = true;
                    next = null;
                }
            }
            if (sendNow) {
                send(mine);
            }
            return mine.asMono();
        });
    }

    private void send(Sinks.One<T> answers) {
        // the next is sent first: a caller's signal may take long
        question.doOnTerminate(this::sendNext)
                .subscribe(answers::tryEmitValue, answers::tryEmitError, answers::tryEmitEmpty);
    }

    private void sendNext() {
        Sinks.@Nullable One<T> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            underWay = waiting != null;
        }
        if (waiting != null) {
            send(waiting);
        }
    }
}
