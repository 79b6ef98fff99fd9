package io.headgate.pool.capacity;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * PgBouncer's admin console: the database {@code pgbouncer}, which speaks the simple query protocol only. Where the rows
 * come from is left to the caller; the Netty driver's {@code PgBouncerConsole::run} is one source.
 */
@FunctionalInterface
public interface PoolerConsole {

    /**
     * Runs one command.
     *
     * @param command such as {@code SHOW CONFIG}
     * @return its rows, each a map from column to value as text; what is absent is missing or the empty text
     */
    Mono<List<Map<String, String>>> run(String command);
}
