package io.headgate.pool;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What does a borrower's work without a lease, and when.
 *
 * @param work does the same elsewhere; takes for how long the borrower has waited already, in nanoseconds
 * @param places how many connections could take it there at this moment; cheap, runs no callers' code
 * @param usual how long it takes as a rule, if it keeps others there waiting: it then goes when no lease comes back. Null if it
 *     may go at once
 */
record OrElse<T>(
        LongFunction<Mono<T>> work,
        IntSupplier places,
        @Nullable Duration usual) {

    boolean isPatient() {
        return usual != null;
    }
}
