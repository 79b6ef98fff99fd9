package io.headgate.driver.r2dbc;

import io.headgate.core.SqlRow;
import io.headgate.core.driver.ServerInfo;
import reactor.core.publisher.Mono;

/**
 * Finds out by trying what a new connection leads to.
 *
 * <p>A pooler is certain when the process id of the wire is not the backend's. Whether prepared statements survive behind
 * it: in a transaction, which pins one server connection, a statement is prepared and asked under which name the server
 * knows it. A pooler that keeps track of statements (PgBouncer from 1.21 with {@code max_prepared_statements} over 0) gives
 * them names of its own; one that does not passes R2DBC's name on.
 */
final class ServerProbe {

    private static final String SERVER =
            "SELECT pg_backend_pid(), current_setting('server_version_num')::int, pg_is_in_recovery()";

    /** R2DBC prepares only what has parameters. Its names are S_0, S_1 and so on. */
    private static final String PASSED_ON = "SELECT name FROM pg_prepared_statements"
            + " WHERE name ~ $1 AND statement LIKE '%headgate probe%' /* headgate probe */";

    private static final Parameter NAMES = Parameter.ofText("^S_[0-9]+$");

    private ServerProbe() {}

    /**
     * Asks over a connection that keeps prepared statements or does not.
     *
     * @return what is there; whether named statements would survive behind a pooler is found out only over one that keeps
     *     them, and else taken to be so
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
                        // left behind it would be in the way of the next client that uses the name
                        : exchange.run("DEALLOCATE \"" + answer.rows().get(0).require(0, String.class) + "\"")
                                .thenReturn(false))
                .onErrorResume(error -> nameTaken(error) ? Mono.just(false) : Mono.error(error))
                .flatMap(named -> exchange.run("ROLLBACK").thenReturn(named));
    }

    /** Another client's statement of that name is on the server connection: names are passed on, and left behind. */
    private static boolean nameTaken(Throwable error) {
        return error instanceof ExchangeException exchange
                && exchange.answer() != null
                && ("42P05".equals(exchange.answer().error().sqlState())
                        || "26000".equals(exchange.answer().error().sqlState()));
    }
}
