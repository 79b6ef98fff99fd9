package io.headgate.pool;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** A subscriber that keeps what came, and how it ended. */
public class Signals<T> implements CoreSubscriber<T> {

    private Subscription subscription;
    private long demand = Long.MAX_VALUE;
    private int values;
    private int ends;
    private Throwable error;

    public static <T> Signals<T> of(Publisher<T> source) {
        Signals<T> signals = new Signals<>();
        source.subscribe(signals);
        return signals;
    }

    /** A caller that asks for nothing before {@link #request}. */
    public static <T> Signals<T> withoutDemand(Publisher<T> source) {
        Signals<T> signals = new Signals<>();
        signals.demand = 0;
        source.subscribe(signals);
        return signals;
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        if (demand > 0) {
            s.request(demand);
        }
    }

    public void request() {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T value) {
        values++;
    }

    @Override
    public void onError(Throwable e) {
        ends++;
        error = e;
    }

    @Override
    public void onComplete() {
        ends++;
    }

    public void cancel() {
        subscription.cancel();
    }

    public boolean completed() {
        return ends == 1 && error == null;
    }

    public boolean ended() {
        return ends > 0;
    }

    public int ends() {
        return ends;
    }

    public int values() {
        return values;
    }

    public Throwable error() {
        return error;
    }
}
