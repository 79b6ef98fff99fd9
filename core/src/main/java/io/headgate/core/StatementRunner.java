package io.headgate.core;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs statements: a layer, the client, a session, or an open transaction.
 *
 * <p>Nothing happens before a subscription. Each subscription runs the statement again. Results are delivered on an event loop:
 * the caller's, if the subscription is made on one (Netty's, such as a web server's), else one of the driver's. Blocking work
 * must move to another thread ({@code publishOn}).
 *
 * <p>After cancellation the caller receives no further signal. The server is asked to stop a statement that continues to run, and
 * every connection returns to its pool. The caller does not know whether a cancelled write took effect.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface StatementRunner {

    /**
     * Runs one statement and collects its result. Outside a transaction the statement is an implicit transaction.
     *
     * @param statement the statement; its batch, if it has one, runs in one pipeline and takes effect as a whole
     * @return the whole result, or an error of type {@link io.headgate.core.error.HeadgateException}
     */
    Mono<SqlResult> execute(SqlStatement statement);

    /**
     * Runs one query and delivers its rows on demand, {@link SqlStatement#fetchSize()} at a time, through a cursor. Outside a
     * transaction it holds a connection and a read-only transaction until the last row, an error or cancellation.
     *
     * @param query a statement that returns rows
     * @return the rows; demand reaches the server, so a slow consumer holds at most one fetch in memory
     */
    Flux<SqlRow> stream(SqlStatement query);

    /**
     * Starts a query in fluent form.
     *
     * @param sql one statement with parameters {@code $1, $2, ...}
     */
    default SqlQuery sql(String sql) {
        return new SqlQuery(this, SqlStatement.of(sql));
    }
}
