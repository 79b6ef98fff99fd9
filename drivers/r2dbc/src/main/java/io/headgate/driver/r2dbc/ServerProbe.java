package io.headgate.driver.r2dbc;

import io.headgate.core.SqlRow;
import io.headgate.core.driver.ServerInfo;
import reactor.core.publisher.Mono;

/**
 * Finds out whether a new connection leads to a pooler, and whether prepared statements survive there.
 *
 * <p>A pooler is certain when the process id of the wire differs from the backend's. The second test runs in a transaction, which pins one
 * server connection: it prepares a statement and reads the statement's name at the server. A pooler that tracks statements (PgBouncer from
 * 1.21 with {@code max_prepared_statements} over 0) gives them its own names; any other passes R2DBC's name on.
 */
final class ServerProbe {

    private static final String SERVER =
            "SELECT pg_backend_pid(), current_setting('server_version_num')::int, pg_catalog.pg_is_in_recovery()";

    /** R2DBC prepares only statements with parameters. Its names are S_0, S_1 and so on. */
    private static final String PASSED_ON = "SELECT name FROM pg_prepared_statements"
            + " WHERE name ~ $1 AND statement LIKE '%headgate probe%' /* headgate probe */";

    private static final Parameter NAMES = Parameter.ofText("^S_[0-9]+$");

    private ServerProbe() {}

    /**
     * Probes a connection.
     *
     * @return the server. Whether named statements survive behind a pooler is tested only if the connection keeps them; otherwise the
     *     result says that they do not
     * @param keepsStatements whether the connection keeps prepared statements
     */
    static Mono<ServerInfo> probe(WireExchange exchange, boolean keepsStatements) {
        return exchange.run(SERVER).flatMap(answer -> {
            SqlRow row = answer.rows().get(0);
            boolean pooled = row.require(0, Integer.class) != exchange.tap().processId();
            int version = row.require(1, Integer.class);
            boolean inRecovery = row.require(2, Boolean.class);
            Mono<Boolean> named =
                    pooled && keepsStatements ? survives(exchange) : Mono.just(!pooled || keepsStatements);
            return named.map(survives -> ServerInfo.of(version)
                    .pooled(pooled)
                    .namedStatements(survives)
                    .inRecovery(inRecovery));
        });
    }

    private static Mono<Boolean> survives(WireExchange exchange) {
        return exchange.run("BEGIN")
                .then(exchange.run(PASSED_ON, new Parameter[] {NAMES}))
                .flatMap(answer -> answer.rows().isEmpty()
                        ? Mono.just(true)
                        // otherwise the statement would stay, and the next client's Parse with that name would fail
                        : exchange.run("DEALLOCATE \"" + answer.rows().get(0).require(0, String.class) + "\"")
                                .thenReturn(false))
                .onErrorResume(error -> nameTaken(error) ? Mono.just(false) : Mono.error(error))
                .flatMap(named -> exchange.run("ROLLBACK").thenReturn(named));
    }

    /** Whether the server connection has another client's statement of that name: the pooler passes names on, and they stay. */
    private static boolean nameTaken(Throwable error) {
        return error instanceof ExchangeException exchange
                && exchange.answer() != null
                && ("42P05".equals(exchange.answer().error().sqlState())
                        || "26000".equals(exchange.answer().error().sqlState()));
    }
}
