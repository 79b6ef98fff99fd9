package io.headgate.client.r2dbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The initial settings of each connection of a {@link HeadgateConnectionFactory}.
 *
 * @param fetchSize rows per fetch of a query that sets none itself; default 0: the whole result at once, which can share a
 *     lane, while a cursor takes its own connection
 * @param timeouts time limits at the server
 * @param rewriteSetToLocal whether {@code SET x} in a transaction is sent as {@code SET LOCAL x}, for libraries that set a path
 *     or a role at the begin of each transaction. False by default: a caller that means the session would silently lose the
 *     setting, while the guard's refusal reports it. Outside a transaction, in a batch and in a text of several statements SET
 *     is always refused
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
     * Limits that the server enforces. They are set for one transaction at a time ({@code SET LOCAL}), so that they do not
     * reach other clients of a pooler in transaction mode.
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
