package io.headgate.pool.guard;

/** What a {@link TransactionModeGuard} does with a statement that leaves something in the session. */
public enum GuardPolicy {
    /**
     * Refuses it with {@link TransactionModeException}, and logs a warning once a text. The default, also straight to PostgreSQL: the pool itself lends its
     * connections for one transaction each, so what is left in a session is met by the next borrower there too, and a
     * service that was written without a pooler keeps working when one is put in between.
     */
    REFUSE,
    /** Sends it, and logs a warning once a text: for finding out what a service does before refusing it. */
    WARN,
    /**
     * Sends it and says nothing: for services that go straight to PostgreSQL and know that what they leave in a session does
     * not disturb the next borrower.
     */
    OFF
}
