package io.headgate.benchmarks.contender;

/**
 * Takes the answer to one request: exactly one call, on whichever thread the library answers, also before the request's
 * method has returned.
 */
public interface Reply<T> {

    /** The answer. */
    void succeeded(T answer);

    /** There is none. */
    void failed(Throwable error);
}
