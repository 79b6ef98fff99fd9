package io.headgate.core;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Anything that runs statements: a layer, the client, or an open transaction.
 *
 * <p>Nothing happens before a subscription, and each subscription runs the statement anew. Results are delivered on an
 * event loop: the caller's, where a client is subscribed to on one (Netty's, such as a web server's), else one of the
 * driver. Work that blocks has to leave it ({@code publishOn}). Cancelling gives up the result: the
 * caller gets no further signal, the server is asked to stop a statement that goes on running, and every connection
 * returns to where it came from. Whether a cancelled write took effect is unknown to the caller.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface StatementRunner {

    /**
     * Runs one statement and collects what it returns. Outside a transaction it has an implicit one of its own.
     *
     * @param statement the statement; its batch, if it has one, runs in one pipeline and takes effect as a whole
     * @return the whole result, or an error of type {@link io.headgate.core.error.HeadgateException}
     */
    Mono<SqlResult> execute(SqlStatement statement);

    /**
     * Runs one query and delivers its rows as they are asked for, {@link SqlStatement#fetchSize()} at a time, through a
     * cursor. Outside a transaction, a connection and a read-only transaction are held until the last row, an error or
     * cancellation.
     *
     * @param query a statement that returns rows
     * @return the rows; demand reaches the server, so a slow consumer holds no more than one fetch in memory
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
