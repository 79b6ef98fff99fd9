package io.headgate.benchmarks.contender;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Passes a Mono's only value to a {@link Reply} when it completes; an empty Mono is a failure. */
final class Replies<T> implements CoreSubscriber<T> {

    private final Reply<T> reply;
    private @Nullable T value;

    private Replies(Reply<T> reply) {
        this.reply = reply;
    }

    static <T> void to(Mono<T> answer, Reply<T> reply) {
        answer.subscribe(new Replies<>(reply));
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T next) {
        value = next;
    }

    @Override
    public void onError(Throwable error) {
        reply.failed(error);
    }

    @Override
    public void onComplete() {
        T only = value;
        if (only == null) {
            reply.failed(new IllegalStateException("no row"));
        } else {
            reply.succeeded(only);
        }
    }
}
