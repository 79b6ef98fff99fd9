package io.headgate.client.r2dbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What each connection of a {@link HeadgateConnectionFactory} begins with.
 *
 * @param fetchSize rows a fetch of a query that sets none itself; 0 for the whole result at once, which is the default: it
 *     can share a lane, where a cursor takes a connection of its own
 * @param timeouts limits of the server's patience
 * @param rewriteSetToLocal whether {@code SET x} in a transaction is sent as {@code SET LOCAL x}, for libraries that set a
 *     path or a role at the begin of each transaction; false by default: whoever means the session would lose what was set
 *     without a word, where the guard's refusal tells. Outside a transaction it is refused either way, in a batch and in
 *     a text of several statements too
 */
public record ConnectionDefaults(int fetchSize, Timeouts timeouts, boolean rewriteSetToLocal) {

    /** Whole results and the server's own limits. */
    public static final ConnectionDefaults NONE = new ConnectionDefaults(0, Timeouts.NONE);

    /** Without rewriting. */
    public ConnectionDefaults(int fetchSize, Timeouts timeouts) {
        this(fetchSize, timeouts, false);
    }

    public ConnectionDefaults {
        if (fetchSize < 0) {
            throw new IllegalArgumentException(
                    "fetchSize is " + fetchSize + "; it must be at least 1 row, or 0 for all");
        }
    }

    /**
     * Limits that the server keeps, set for one transaction at a time ({@code SET LOCAL}) so that a pooler in transaction
     * mode carries them to nobody else.
     *
     * @param statement longest time a statement may run; null for the server's {@code statement_timeout}, zero for none
     * @param lock longest wait for one lock; null for the server's {@code lock_timeout}, zero for none
     */
    public record Timeouts(
            @Nullable Duration statement, @Nullable Duration lock) {

        /** The server's own limits. */
        public static final Timeouts NONE = new Timeouts(null, null);

        public Timeouts {
            check("statement timeout", statement);
            check("lock wait timeout", lock);
        }

        private static void check(String name, @Nullable Duration timeout) {
            if (timeout != null
                    && (timeout.isNegative() || timeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0)) {
                throw new IllegalArgumentException("the " + name + " is " + timeout
                        + "; PostgreSQL takes from 0, for none, to " + Integer.MAX_VALUE + " ms");
            }
        }

        Timeouts statement(Duration timeout) {
            return new Timeouts(timeout, lock);
        }

        Timeouts lock(Duration timeout) {
            return new Timeouts(statement, timeout);
        }

        boolean isNone() {
            return statement == null && lock == null;
        }
    }
}
