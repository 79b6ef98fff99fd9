package io.headgate.pool.lease;

import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * A way to do a borrower's work without a lease, and the conditions for it.
 *
 * @param work does the same elsewhere; takes the time that the borrower has already waited, in nanoseconds: 0 if it was not
 *     admitted
 * @param places how many connections could take the work there at this moment, or {@link #NOT_THIS_ONE}; cheap, without side
 *     effect
 * @param usual how long the work usually delays others there, in nanoseconds: it then goes only when leases may wait for it. 0
 *     if it may go at once. The current estimate, as are the places
 * @param kind work of one kind shares its turns there
 * @param whenItWaits runs when the work has to wait; may open a connection elsewhere and call callers' code
 */
public record LaneFallback<T>(
        LongFunction<Mono<T>> work, IntSupplier places, LongSupplier usual, Object kind, Runnable whenItWaits) {

    /** There may be places, but not for work of this kind. */
    public static final int NOT_THIS_ONE = -1;

    boolean isPatient() {
        return usual.getAsLong() > 0;
    }
}
