package io.headgate.core.sql;

import io.headgate.core.sql.TransactionModeViolation.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of PostgreSQL and its contrib modules that leave state in the session or return state that others left there.
 *
 * <p>Not listed on purpose: functions whose effect ends with the transaction ({@code pg_export_snapshot}, descriptors of large objects,
 * {@code pg_replication_origin_xact_setup}), that only show the session ({@code pg_backend_pid}, {@code pg_listening_channels}, {@code
 * show_limit}, {@code dblink_get_connections}), that have no visible effect ({@code pg_stat_force_next_flush}, {@code
 * postgres_fdw_disconnect}), or that act on the server or on other sessions.
 */
final class SessionFunctions {
    private static final String IN_ITS_TRANSACTION =
            "use INSERT ... RETURNING, or call it in the transaction that took the value from the sequence";
    private static final String NO_SEED =
            "leave the seed out, or compute the values from a key, as by hashtextextended";
    private static final String LIMIT = "use SET LOCAL pg_trgm.similarity_threshold in a transaction";
    private static final String DBLINK =
            "give dblink or dblink_exec the connection string itself, as its first argument";

    private static final Map<String, Rule> BY_NAME = new HashMap<>();

    static {
        catalog(Kind.SESSION_SEQUENCE, IN_ITS_TRANSACTION, "currval", "lastval");
        catalog(Kind.SESSION_SETTING, NO_SEED, "setseed");
        catalog(
                Kind.SESSION_REPLICATION,
                TransactionModeRules.SESSION_CONNECTION,
                "pg_replication_origin_session_setup",
                "pg_replication_origin_session_reset",
                "pg_backup_start",
                "pg_backup_stop",
                "pg_start_backup",
                "pg_stop_backup");
        contrib(Kind.SESSION_SETTING, LIMIT, "set_limit");
        contrib(
                Kind.REMOTE_CONNECTION,
                DBLINK,
                "dblink_connect",
                "dblink_connect_u",
                "dblink_disconnect",
                "dblink_open",
                "dblink_fetch",
                "dblink_close",
                "dblink_send_query",
                "dblink_get_result",
                "dblink_get_notify");
    }

    private record Rule(Kind kind, String alternative, boolean inCatalog) {}

    private SessionFunctions() {}

    private static void catalog(Kind kind, String alternative, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Rule(kind, alternative, true));
        }
    }

    private static void contrib(Kind kind, String alternative, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Rule(kind, alternative, false));
        }
    }

    /** Checks a call of one of the {@link WritingFunctions}. Its name spans the tokens {@code first} to {@code last}. */
    static void check(Tokens tokens, int first, int last, SqlName function, Findings findings) {
        TransactionModeViolation violation = violation(tokens, first, last + 1, function);
        if (violation != null) {
            findings.violates(violation);
        }
    }

    private static @Nullable TransactionModeViolation violation(Tokens tokens, int first, int open, SqlName function) {
        String name = function.name();
        int position = tokens.start(first);
        Rule rule = BY_NAME.get(name);
        boolean mayBeBuiltIn = function.schema() == null || function.schema().equals("pg_catalog");
        if (rule != null && (mayBeBuiltIn || !rule.inCatalog())) {
            return new TransactionModeViolation(rule.kind(), position, name + "()", rule.alternative());
        }
        if (!mayBeBuiltIn) {
            return null;
        }
        if (name.equals("set_config")) {
            // A bound or computed value may be false, so only a literal true is safe.
            return ArgumentList.constant(tokens, open, 2, "is_local") == ArgumentList.Constant.TRUE
                    ? null
                    : TransactionModeRules.setConfig(position);
        }
        if (name.startsWith("pg_advisory_") || name.startsWith("pg_try_advisory_")) {
            return name.contains("_xact_") ? null : TransactionModeRules.advisoryLock(position, name);
        }
        return createsTemporarySlot(tokens, open, name)
                ? new TransactionModeViolation(
                        Kind.SESSION_REPLICATION,
                        position,
                        name + "(..., temporary)",
                        TransactionModeRules.SESSION_CONNECTION)
                : null;
    }

    /** Whether the call may create a temporary replication slot, which belongs to the session. */
    private static boolean createsTemporarySlot(Tokens tokens, int open, String name) {
        return switch (name) {
            case "pg_create_physical_replication_slot",
                    "pg_create_logical_replication_slot",
                    "pg_copy_physical_replication_slot",
                    "pg_copy_logical_replication_slot" ->
                switch (ArgumentList.constant(tokens, open, 2, "temporary")) {
                    case MISSING, FALSE -> false;
                    case TRUE, OTHER -> true;
                };
            default -> false;
        };
    }
}
