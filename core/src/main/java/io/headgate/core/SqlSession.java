package io.headgate.core;

/**
 * A connection of its own for the length of a use, straight to PostgreSQL, for what needs a session: advisory locks that
 * outlive a transaction, {@code SET}, temporary tables, SQL's {@code PREPARE}, cursors with hold. What a statement leaves in
 * the session, the next one finds there.
 *
 * <p>Valid only inside the function that received it. The connection is closed when that ends, fails or is cancelled, and
 * everything in the session with it. Statements run in the order of subscription; one that is subscribed to while a
 * transaction of the session is open runs inside that transaction. {@link #stream} takes a transaction of its own, so
 * within one use the transaction's {@code stream}.
 */
public interface SqlSession extends SqlExecutor {}
