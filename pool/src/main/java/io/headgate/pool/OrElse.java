package io.headgate.pool;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/**
 * What does a borrower's work without a lease, and when.
 *
 * @param work does the same elsewhere
 * @param possible whether it can be done there at this moment; cheap, runs no callers' code
 * @param patience how long no lease must have come back before; zero for at once
 */
record OrElse<T>(Mono<T> work, BooleanSupplier possible, Duration patience) {

    boolean isPatient() {
        return !patience.isZero();
    }
}
