package io.headgate.benchmarks.contender;

/**
 * Takes the answer to one request by exactly one call, on the thread on which the library answers. The call may come before the
 * request's method has returned.
 */
public interface Reply<T> {

    /** The answer. */
    void succeeded(T answer);

    /** The request failed. */
    void failed(Throwable error);
}
