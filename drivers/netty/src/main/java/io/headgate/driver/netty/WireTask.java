package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import org.jspecify.annotations.Nullable;

/** Work for a connection. */
interface WireTask {

    /** Runs on the loop, in order. Calls callers' code only if it fails. */
    void run(SendBuffer buffer);

    /**
     * The connection ended before the task ran, or because it threw. Then a unit that it had registered was notified before, so this
     * must not end the work twice.
     */
    void refuse(@Nullable ServerError fatal, String why);
}
