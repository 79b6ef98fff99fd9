package io.headgate.core.error;

import static io.headgate.core.error.ErrorRule.PASSES;
import static io.headgate.core.error.ErrorRule.STAYS;
import static io.headgate.core.error.ErrorRule.inFlight;
import static io.headgate.core.error.ErrorRule.pooler;
import static io.headgate.core.error.ErrorTable.Kind.CANCELLED;
import static io.headgate.core.error.ErrorTable.Kind.CONFIGURATION;
import static io.headgate.core.error.ErrorTable.Kind.OVERLOAD;
import static io.headgate.core.error.ErrorTable.Kind.STALE_STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;

import java.util.List;

/**
 * The meanings of PgBouncer's own messages, which all have SQLSTATE 08P01.
 *
 * @see <a href="https://github.com/pgbouncer/pgbouncer">PgBouncer's source, up to 1.25</a>
 */
final class PoolerRules {

    static final List<ErrorRule> RULES = List.of(
            // PgBouncer, work that waited for a server connection and did not receive one
            pooler("query_wait_timeout", OVERLOAD, PASSES, NOT_EXECUTED, "no server connection became free in time"),
            pooler(
                    "query_timeout",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the query timed out while it waited for a server connection"),
            pooler("client_login_timeout", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler has no server to log in to"),
            pooler(
                    "no more connections allowed",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler's client limit is reached"),
            pooler(
                    "client connections exceeded",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler's client limit is reached"),
            pooler(
                    "server login has been failing",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler cannot reach the server"),
            pooler(
                    "pgbouncer cannot connect to server",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler cannot reach the server"),
            pooler("pooler is shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler is stopping"),
            pooler("server shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler is stopping"),
            pooler(
                    "bouncer config error",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the server died while the client logged in, or the pooler's configuration is wrong"),
            // PgBouncer, configuration
            pooler("no such database", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler does not know the database"),
            pooler("is disabled", CONFIGURATION, STAYS, NOT_EXECUTED, "the database is disabled in the pooler"),
            pooler("no such user", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler does not know the user"),
            pooler(
                    "authentication failed",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses user, password or certificate"),
            pooler("login rejected", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler's HBA rules refuse the client"),
            pooler(
                    "server login failed",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler's own credentials do not suit the server"),
            pooler(
                    "unsupported startup parameter",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses a start-up parameter; list it in ignore_startup_parameters"),
            pooler(
                    "unsupported options startup parameter",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses the start-up parameter options"),
            pooler("SSL required", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler takes only TLS connections"),
            // PgBouncer, prepared statements of a connection
            pooler(
                    "prepared statement name is already in use",
                    STALE_STATEMENT,
                    PASSES,
                    NOT_EXECUTED,
                    "a statement's name was used twice"),
            pooler(
                    "prepared statement did not exist",
                    STALE_STATEMENT,
                    PASSES,
                    NOT_EXECUTED,
                    "a statement's name is not known"),
            // PgBouncer, work in flight
            inFlight("server conn crashed?", UNAVAILABLE, PASSES, "the server connection was lost"),
            inFlight("query timeout", CANCELLED, STAYS, "the pooler's query_timeout ended the statement"),
            inFlight(
                    "idle transaction timeout",
                    CANCELLED,
                    STAYS,
                    "the pooler's idle_transaction_timeout ended the transaction"),
            inFlight("transaction timeout", CANCELLED, STAYS, "the pooler's transaction_timeout ended the transaction"),
            inFlight("admin forced disconnect", UNAVAILABLE, PASSES, "an administrator disconnected the client"),
            inFlight("client_idle_timeout", UNAVAILABLE, PASSES, "the pooler closed an idle connection"),
            inFlight("database removed", CONFIGURATION, STAYS, "the database was removed from the pooler"));

    private PoolerRules() {}
}
