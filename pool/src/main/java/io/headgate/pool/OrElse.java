package io.headgate.pool;

import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import reactor.core.publisher.Mono;

/**
 * What does a borrower's work without a lease, and when.
 *
 * @param work does the same elsewhere; takes for how long the borrower has waited already, in nanoseconds: 0 if it was not let in
 * @param hasPlace whether it could be done there at this moment; cheap, runs no callers' code
 * @param isPatient whether it keeps others there waiting: it then goes when leases may be waiting for it, else at once
 */
record OrElse<T>(LongFunction<Mono<T>> work, BooleanSupplier hasPlace, boolean isPatient) {}
