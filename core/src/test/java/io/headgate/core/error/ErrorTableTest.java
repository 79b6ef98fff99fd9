package io.headgate.core.error;

import static io.headgate.core.error.ErrorTable.Kind.CANCELLED;
import static io.headgate.core.error.ErrorTable.Kind.CONFIGURATION;
import static io.headgate.core.error.ErrorTable.Kind.CONFLICT;
import static io.headgate.core.error.ErrorTable.Kind.CONSTRAINT;
import static io.headgate.core.error.ErrorTable.Kind.INTERNAL;
import static io.headgate.core.error.ErrorTable.Kind.OVERLOAD;
import static io.headgate.core.error.ErrorTable.Kind.READ_ONLY_NODE;
import static io.headgate.core.error.ErrorTable.Kind.STALE_STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.topology.Node;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the meaning of each message that the servers send, taken from their source code. */
class ErrorTableTest {

    private static final boolean PASSES = true;
    private static final boolean STAYS = false;

    /** An error and its meaning, once with work in flight and once without. */
    record Expected(ServerError error, Kind kind, boolean isTransient, Outcome inFlight, Outcome idle) {

        @Override
        public String toString() {
            return error.severity() + " " + error.sqlState() + " " + error.message();
        }
    }

    static final List<Expected> EXPECTATIONS = List.of(
            // PgBouncer 1.18 to 1.25: the client waited, or was logging in
            pooler("query_wait_timeout", OVERLOAD, PASSES, NOT_EXECUTED),
            pooler("query_timeout", OVERLOAD, PASSES, NOT_EXECUTED),
            pooler("client_login_timeout (server down)", UNAVAILABLE, PASSES, NOT_EXECUTED),
            pooler("client_login_timeout", UNAVAILABLE, PASSES, NOT_EXECUTED),
            pooler("no more connections allowed (max_client_conn)", OVERLOAD, PASSES, NOT_EXECUTED),
            pooler("client connections exceeded (max_db_client_connections)", OVERLOAD, PASSES, NOT_EXECUTED),
            pooler("client connections exceeded (max_user_client_connections)", OVERLOAD, PASSES, NOT_EXECUTED),
            pooler(
                    "server login has been failing, cached error: connect failed (server_login_retry)",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED),
            pooler(
                    "server login has been failing, cached error: password authentication failed for user \"app\""
                            + " (server_login_retry)",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED),
            pooler(
                    "server login has been failing, try again later (server_login_retry)",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED),
            pooler("pgbouncer cannot connect to server", UNAVAILABLE, PASSES, NOT_EXECUTED),
            pooler("pooler is shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED),
            pooler("server shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED),
            pooler("bouncer config error", UNAVAILABLE, PASSES, NOT_EXECUTED),
            // PgBouncer: configuration
            pooler("no such database: musik", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("database \"music\" is disabled", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("no such user", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("password authentication failed", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("SASL authentication failed", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("certificate authentication failed", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("LDAP authentication failed", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("login rejected", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("unix socket login rejected", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("server login failed: wrong password type", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("unsupported startup parameter: statement_timeout", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler("unsupported startup parameter in options: geqo", CONFIGURATION, STAYS, NOT_EXECUTED),
            pooler(
                    "unsupported options startup parameter: only '-c config=val' and '--config=val' are allowed",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED),
            pooler("SSL required", CONFIGURATION, STAYS, NOT_EXECUTED),
            // PgBouncer: prepared statements
            pooler("prepared statement name is already in use", STALE_STATEMENT, PASSES, NOT_EXECUTED),
            pooler("prepared statement did not exist", STALE_STATEMENT, PASSES, NOT_EXECUTED),
            // PgBouncer: work may have been in flight
            pooler("server conn crashed?", UNAVAILABLE, PASSES, UNKNOWN),
            pooler("query timeout", CANCELLED, STAYS, UNKNOWN),
            pooler("idle transaction timeout", CANCELLED, STAYS, UNKNOWN),
            pooler("transaction timeout", CANCELLED, STAYS, UNKNOWN),
            pooler("admin forced disconnect", UNAVAILABLE, PASSES, UNKNOWN),
            pooler("client_idle_timeout", UNAVAILABLE, PASSES, UNKNOWN),
            pooler("database removed", CONFIGURATION, STAYS, UNKNOWN),
            pooler("a message of a release to come", UNAVAILABLE, PASSES, UNKNOWN),
            // PgBouncer passes on the error with which the server refused the pooler's login
            forwarded("3D000", "database \"musik\" does not exist", CONFIGURATION, STAYS),
            forwarded("28P01", "password authentication failed for user \"app\"", CONFIGURATION, STAYS),
            forwarded("53300", "sorry, too many clients already", OVERLOAD, PASSES),
            forwarded("57P03", "the database system is starting up", UNAVAILABLE, PASSES),
            // PostgreSQL: a prepared statement went stale
            reportedBy("RevalidateCachedQuery", "0A000", "cached plan must not change result type"),
            reportedBy(
                    "RevalidateCachedQuery",
                    "0A000",
                    "der zwischengespeicherte Plan darf den Ergebnistyp nicht ändern"),
            reportedBy("PortalSetResultFormat", "08P01", "bind message has 1 result formats but query has 2 columns"),
            reportedBy(
                    "exec_bind_message",
                    "08P01",
                    "bind message supplies 1 parameters, but prepared statement \"0000001\" requires 2"),
            reportedBy("pq_copymsgbytes", "08P01", "insufficient data left in message"),
            server("08P01", "invalid frontend message type 0", UNAVAILABLE, PASSES, UNKNOWN),
            server("22P03", "incorrect binary data format in bind parameter 1", STALE_STATEMENT, PASSES, NOT_EXECUTED),
            server("26000", "prepared statement \"0000001\" does not exist", STALE_STATEMENT, PASSES, NOT_EXECUTED),
            server("42P05", "prepared statement \"0000001\" already exists", STALE_STATEMENT, PASSES, NOT_EXECUTED),
            // PostgreSQL: by SQLSTATE
            server("23505", "duplicate key value violates unique constraint", CONSTRAINT, STAYS, NOT_EXECUTED),
            server("25006", "cannot execute INSERT in a read-only transaction", READ_ONLY_NODE, STAYS, NOT_EXECUTED),
            fatal(
                    "25P03",
                    "terminating connection due to idle-in-transaction timeout",
                    CANCELLED,
                    PASSES,
                    NOT_EXECUTED),
            fatal("25P04", "terminating connection due to transaction timeout", CANCELLED, STAYS, UNKNOWN),
            fatal("28P01", "password authentication failed for user \"app\"", CONFIGURATION, STAYS, UNKNOWN),
            fatal("3D000", "database \"musik\" does not exist", CONFIGURATION, STAYS, UNKNOWN),
            fatal("42501", "permission denied for database \"music\"", CONFIGURATION, STAYS, NOT_EXECUTED),
            server("42501", "permission denied for table track", STATEMENT, STAYS, NOT_EXECUTED),
            server("40001", "could not serialize access due to concurrent update", CONFLICT, PASSES, NOT_EXECUTED),
            fatal("40001", "terminating connection due to conflict with recovery", CONFLICT, PASSES, NOT_EXECUTED),
            server("40P01", "deadlock detected", CONFLICT, PASSES, NOT_EXECUTED),
            server("40003", "statement completion unknown", UNAVAILABLE, PASSES, UNKNOWN),
            server("40002", "transaction integrity constraint violation", CONFLICT, STAYS, NOT_EXECUTED),
            server("53200", "out of memory", OVERLOAD, PASSES, NOT_EXECUTED),
            fatal("53300", "sorry, too many clients already", OVERLOAD, PASSES, UNKNOWN),
            panic("53100", "could not write to file \"pg_wal/xlogtemp.1\": No space left", OVERLOAD, PASSES),
            server("55P03", "canceling statement due to lock timeout", CONFLICT, PASSES, NOT_EXECUTED),
            server("55006", "database \"music\" is being accessed by other users", CONFLICT, PASSES, NOT_EXECUTED),
            server("57014", "canceling statement due to statement timeout", CANCELLED, STAYS, NOT_EXECUTED),
            fatal("57P01", "terminating connection due to administrator command", UNAVAILABLE, PASSES, UNKNOWN),
            fatal(
                    "57P02",
                    "terminating connection because of crash of another server process",
                    UNAVAILABLE,
                    PASSES,
                    UNKNOWN),
            fatal("57P03", "the database system is starting up", UNAVAILABLE, PASSES, NOT_EXECUTED),
            fatal("57P04", "terminating connection because database was dropped", CONFIGURATION, STAYS, UNKNOWN),
            fatal("57P05", "terminating connection due to idle-session timeout", UNAVAILABLE, PASSES, NOT_EXECUTED),
            // raised by a function, or passed on from another server: this session continues
            server("57P01", "terminating connection due to administrator command", UNAVAILABLE, PASSES, NOT_EXECUTED),
            server("57P02", "raised", UNAVAILABLE, PASSES, NOT_EXECUTED),
            server("57P03", "raised", UNAVAILABLE, PASSES, NOT_EXECUTED),
            server("57P04", "raised", CONFIGURATION, STAYS, NOT_EXECUTED),
            server("25P04", "raised", CANCELLED, STAYS, NOT_EXECUTED),
            server("08006", "could not connect to server \"remote\"", UNAVAILABLE, PASSES, UNKNOWN),
            server("58030", "could not read block 0 in file \"base/1/2\"", INTERNAL, STAYS, NOT_EXECUTED),
            panic("58030", "could not fdatasync file", INTERNAL, STAYS),
            server("72000", "snapshot too old", CONFLICT, PASSES, NOT_EXECUTED),
            server("XX000", "cache lookup failed for type 7", INTERNAL, STAYS, NOT_EXECUTED),
            fatal("XX000", "unexpected", INTERNAL, STAYS, UNKNOWN),
            server("F0000", "configuration file contains errors", CONFIGURATION, STAYS, NOT_EXECUTED),
            // PostgreSQL: not in the table
            server("42P01", "relation \"trak\" does not exist", STATEMENT, STAYS, NOT_EXECUTED),
            fatal("2F000", "a function ended the session", UNAVAILABLE, PASSES, UNKNOWN));

    static List<Expected> expectations() {
        return EXPECTATIONS;
    }

    static Stream<ErrorRule> rules() {
        return ErrorTable.RULES.stream();
    }

    @ParameterizedTest
    @MethodSource("expectations")
    void meansWhatTheServersMean(Expected expected) {
        ErrorTable.Meaning inFlight = ErrorTable.of(expected.error, Effect.ATOMIC);
        assertThat(inFlight.kind()).isEqualTo(expected.kind);
        assertThat(inFlight.isTransient()).isEqualTo(expected.isTransient);
        assertThat(inFlight.outcome()).isEqualTo(expected.inFlight);

        ErrorTable.Meaning idle = ErrorTable.of(expected.error, Effect.NONE);
        assertThat(idle.kind()).isEqualTo(expected.kind);
        assertThat(idle.isTransient()).isEqualTo(expected.isTransient);
        assertThat(idle.outcome()).isEqualTo(expected.idle);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void decidesForAtLeastOneRealMessageInEveryRow(ErrorRule rule) {
        assertThat(EXPECTATIONS)
                .as("messages whose first matching row is %s", rule)
                .anySatisfy(expected -> assertThat(ErrorTable.RULES.stream()
                                .filter(row -> row.matches(expected.error))
                                .findFirst())
                        .containsSame(rule));
        assertThat(rule.meaning().reason()).isNotBlank();
    }

    /** Another pooler, or a proxy, may leave fields of the server's error out. */
    @Test
    void anErrorThatEndsTheSessionLeavesTheOutcomeOpenWithoutItsRoutineToo() {
        ServerError ended = new ServerError("FATAL", "57P01", "terminating connection due to administrator command");
        assertThat(ErrorTable.of(ended, Effect.ATOMIC).outcome()).isEqualTo(UNKNOWN);
        assertThat(ErrorTable.of(ended, Effect.NONE).outcome()).isEqualTo(NOT_EXECUTED);
        ServerError crashed = new ServerError("FATAL", "XX000", "the server crashed");
        assertThat(ErrorTable.of(crashed, Effect.ATOMIC).outcome()).isEqualTo(UNKNOWN);
    }

    @Test
    void neverCallsWorkRepeatableThatAServerMayHaveDone() {
        assertThat(EXPECTATIONS)
                .filteredOn(expected -> expected.inFlight != NOT_EXECUTED)
                .allSatisfy(expected -> assertThat(
                                ErrorTable.toException(expected.error, Node.of("db", 5432), null, Effect.ATOMIC, null)
                                        .isSafeToRetry())
                        .isFalse());
    }

    @Test
    void anErrorUndoesOnlyWhatIsOneTransaction() {
        ServerError failed = serverError("ERROR", "22012", "division by zero");
        assertThat(ErrorTable.of(failed, Effect.ATOMIC).outcome()).isEqualTo(NOT_EXECUTED);
        assertThat(ErrorTable.of(failed, Effect.PIECEMEAL).outcome()).isEqualTo(UNKNOWN);
        assertThat(ErrorTable.toException(failed, Node.of("db", 5432), "CALL p()", Effect.PIECEMEAL, null))
                .hasMessageContaining("may have committed a part");
        // the pooler never passed it on
        assertThat(ErrorTable.of(new ServerError("FATAL", "08P01", "query_wait_timeout"), Effect.PIECEMEAL)
                        .outcome())
                .isEqualTo(NOT_EXECUTED);
    }

    @Test
    void nothingOfATextIsExecutedThatCannotBeRead() {
        assertThat(ErrorTable.of(syntaxError("scanner_yyerror", 4), Effect.PIECEMEAL)
                        .outcome())
                .isEqualTo(NOT_EXECUTED);
        assertThat(ErrorTable.of(syntaxError("exec_parse_message", 0), Effect.PIECEMEAL)
                        .outcome())
                .isEqualTo(NOT_EXECUTED);
        // an error in a text that a block runs
        assertThat(ErrorTable.of(syntaxError("scanner_yyerror", 0), Effect.PIECEMEAL)
                        .outcome())
                .isEqualTo(UNKNOWN);
    }

    private static ServerError syntaxError(String routine, int position) {
        return new ServerError("ERROR", "42601", "syntax error", null, null, position, null, null, null, null, routine);
    }

    @Test
    void makesAnExceptionOfTheMessagesOrigin() {
        assertThat(exception(serverError("ERROR", "23505", "duplicate key")))
                .isInstanceOf(ConstraintViolationException.class);
        assertThat(exception(new ServerError("FATAL", "08P01", "query_wait_timeout")))
                .isInstanceOf(PoolerException.class)
                .hasMessageContaining("no server connection became free in time");
        assertThat(exception(serverError("ERROR", "42P01", "relation does not exist")))
                .isExactlyInstanceOf(DatabaseException.class);
    }

    @Test
    void showsWhatTheServerSaidAndWhereButNotTheDataInItsDetail() {
        ServerError error = new ServerError(
                "ERROR",
                "42703",
                "column \"titel\" does not exist",
                "Key (email)=(somebody) already exists.",
                "Perhaps title.",
                8,
                null,
                null,
                null,
                null,
                "errorMissingColumn");
        DatabaseException exception =
                ErrorTable.toException(error, Node.of("db", 5432), "SELECT titel FROM track", Effect.ATOMIC, null);
        assertThat(exception)
                .hasMessage("ERROR 42703: column \"titel\" does not exist; hint: Perhaps title.; "
                        + "at character 8 [db:5432] in: SELECT titel FROM track");
        assertThat(exception.sqlState()).isEqualTo("42703");
        assertThat(exception.node()).hasToString("db:5432");
        assertThat(exception.sql()).isEqualTo("SELECT titel FROM track");
        assertThat(exception.error()).isEqualTo(error);
    }

    private static DatabaseException exception(ServerError error) {
        return ErrorTable.toException(error, Node.of("db", 5432), "SELECT 1", Effect.ATOMIC, null);
    }

    private static Expected pooler(String message, Kind kind, boolean isTransient, Outcome inFlight) {
        return new Expected(new ServerError("FATAL", "08P01", message), kind, isTransient, inFlight, NOT_EXECUTED);
    }

    private static Expected forwarded(String sqlState, String message, Kind kind, boolean isTransient) {
        return new Expected(new ServerError("FATAL", sqlState, message), kind, isTransient, NOT_EXECUTED, NOT_EXECUTED);
    }

    private static Expected server(String sqlState, String message, Kind kind, boolean isTransient, Outcome inFlight) {
        return new Expected(serverError("ERROR", sqlState, message), kind, isTransient, inFlight, NOT_EXECUTED);
    }

    private static Expected fatal(String sqlState, String message, Kind kind, boolean isTransient, Outcome inFlight) {
        return new Expected(serverError("FATAL", sqlState, message), kind, isTransient, inFlight, NOT_EXECUTED);
    }

    private static Expected panic(String sqlState, String message, Kind kind, boolean isTransient) {
        return new Expected(serverError("PANIC", sqlState, message), kind, isTransient, UNKNOWN, NOT_EXECUTED);
    }

    private static Expected reportedBy(String routine, String sqlState, String message) {
        return new Expected(
                new ServerError("ERROR", sqlState, message, null, null, 0, null, null, null, null, routine),
                STALE_STATEMENT,
                PASSES,
                NOT_EXECUTED,
                NOT_EXECUTED);
    }

    /** PostgreSQL always names the routine. */
    private static ServerError serverError(String severity, String sqlState, String message) {
        return new ServerError(severity, sqlState, message, null, null, 0, null, null, null, null, "someRoutine");
    }
}
