package io.headgate.pool.guard;

/** What a {@link TransactionModeGuard} does with a statement that leaves state in the session. */
public enum GuardPolicy {
    /**
     * Refuses it with {@link TransactionModeException}, and logs a warning once for each text. The default, also without a
     * pooler: the pool lends each connection for one transaction, so the next borrower would find the state that is left in a
     * session. A service written without a pooler also keeps working when a pooler is added.
     */
    REFUSE,
    /** Sends it, and logs a warning once for each text. Use it to find such statements before you refuse them. */
    WARN,
    /**
     * Sends it without a warning. For services that connect directly to PostgreSQL and leave no state in a session that
     * disturbs the next borrower.
     */
    OFF
}
