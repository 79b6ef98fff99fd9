package io.headgate.pool.lease;

import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * What does a borrower's work without a lease, and when.
 *
 * @param work does the same elsewhere; takes for how long the borrower has waited already, in nanoseconds: 0 if it was not let in
 * @param places how many connections could take it there at this moment, or {@link #NOT_THIS_ONE}; cheap, and has no effect
 * @param usual how long it keeps others there waiting as a rule, in nanoseconds: it then goes when leases may be waiting for it. 0 if
 *     it may go at once. What is known of it at this moment, as are the places
 * @param kind those of one kind share what they get there
 * @param whenItWaits runs when it has to wait; may open a connection elsewhere, and call callers' code
 */
public record LaneFallback<T>(
        LongFunction<Mono<T>> work, IntSupplier places, LongSupplier usual, Object kind, Runnable whenItWaits) {

    /** There may be places, but not for this one or others of its kind. */
    public static final int NOT_THIS_ONE = -1;

    boolean isPatient() {
        return usual.getAsLong() > 0;
    }
}
