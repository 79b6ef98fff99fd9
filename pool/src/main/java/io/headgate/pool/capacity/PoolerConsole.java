package io.headgate.pool.capacity;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * PgBouncer's admin console: the database {@code pgbouncer}, which speaks the simple query protocol only. The caller supplies
 * the rows; the Netty driver's {@code PgBouncerConsole::run} is one source.
 */
@FunctionalInterface
public interface PoolerConsole {

    /**
     * Runs one command.
     *
     * @param command such as {@code SHOW CONFIG}
     * @return its rows, each a map from column to value as text; an absent value is missing or empty
     */
    Mono<List<Map<String, String>>> run(String command);
}
