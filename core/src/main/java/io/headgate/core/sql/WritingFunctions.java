package io.headgate.core.sql;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The functions of PostgreSQL and its contrib modules that a read must not call, whatever volatility {@code pg_proc} declares.
 *
 * <p>A function that is missing here stays in the set that is checked for volatility. A listed name gives an earlier and specific
 * reason, and covers functions that are declared stable but run SQL given as text.
 */
final class WritingFunctions {
    private static final String WRITES = "writes";
    private static final String SEQUENCE = "depends on the session's use of a sequence";
    private static final String SESSION = "changes the session";
    private static final String LOCKS = "takes or releases a lock";
    private static final String REMOTE = "may write on another server";
    private static final String SERVER = "acts on the server";

    private static final Map<String, String> BY_NAME = Map.ofEntries(
            Map.entry("nextval", WRITES),
            Map.entry("setval", WRITES),
            Map.entry("currval", SEQUENCE),
            Map.entry("lastval", SEQUENCE),
            Map.entry("set_config", SESSION),
            Map.entry("setseed", SESSION),
            Map.entry("set_limit", SESSION),
            Map.entry("pg_notify", "sends a notification"),
            Map.entry("txid_current", "assigns a transaction id"),
            Map.entry("pg_current_xact_id", "assigns a transaction id"),
            Map.entry("pg_export_snapshot", SERVER),
            Map.entry("pg_switch_wal", SERVER),
            Map.entry("pg_log_standby_snapshot", SERVER),
            Map.entry("pg_start_backup", SERVER),
            Map.entry("pg_stop_backup", SERVER),
            Map.entry("pg_promote", SERVER),
            Map.entry("pg_reload_conf", SERVER),
            Map.entry("pg_rotate_logfile", SERVER),
            Map.entry("pg_cancel_backend", SERVER),
            Map.entry("pg_terminate_backend", SERVER),
            Map.entry("pg_log_backend_memory_contexts", SERVER),
            Map.entry("pg_sync_replication_slots", SERVER),
            Map.entry("pg_import_system_collations", WRITES),
            Map.entry("pg_nextoid", WRITES),
            Map.entry("pg_truncate_visibility_map", WRITES),
            Map.entry("gin_clean_pending_list", WRITES),
            Map.entry("brin_desummarize_range", WRITES),
            Map.entry("pg_stat_force_next_flush", SESSION));

    /** Name prefixes of function families, each with its reason. */
    private static final String[][] BY_PREFIX = {
        {"pg_advisory_", LOCKS},
        {"pg_try_advisory_", LOCKS},
        {"pg_logical_", SERVER},
        {"pg_replication_", SERVER},
        {"pg_create_", SERVER},
        {"pg_drop_", SERVER},
        {"pg_copy_", SERVER},
        {"pg_backup_", SERVER},
        {"pg_wal_replay_", SERVER},
        {"pg_stat_reset", SERVER},
        {"pg_stat_statements_reset", SERVER},
        {"pg_restore_", WRITES},
        {"pg_clear_", WRITES},
        {"pg_file_", SERVER},
        {"pg_buffercache_evict", SERVER},
        {"brin_summarize_", WRITES},
        {"binary_upgrade_", WRITES},
        {"heap_force_", WRITES},
        {"dblink", REMOTE},
        {"postgres_fdw_disconnect", SESSION},
    };

    private static final Set<String> ON_LARGE_OBJECTS = Set.of(
            "lo_creat",
            "lo_create",
            "lo_open",
            "lo_close",
            "lo_import",
            "lo_export",
            "lo_unlink",
            "lo_truncate",
            "lo_truncate64",
            "lo_put",
            "lo_get",
            "lo_from_bytea",
            "lo_lseek",
            "lo_lseek64",
            "lo_tell",
            "lo_tell64",
            "loread",
            "lowrite");

    /** Functions that run a query, or read a view, given as text or by name. This analysis cannot read it; some are declared stable. */
    private static final Set<String> RUNNING_SQL_TEXT = Set.of(
            "query_to_xml",
            "query_to_xmlschema",
            "query_to_xml_and_xmlschema",
            "cursor_to_xml",
            "table_to_xml",
            "table_to_xml_and_xmlschema",
            "schema_to_xml",
            "schema_to_xml_and_xmlschema",
            "database_to_xml",
            "database_to_xml_and_xmlschema",
            "ts_stat",
            "ts_rewrite",
            "crosstab",
            "crosstab2",
            "crosstab3",
            "crosstab4",
            "connectby",
            "xpath_table");

    private WritingFunctions() {}

    /** The reason why a read must not call this function, or null if none is known. */
    static @Nullable String reasonAgainst(String name) {
        String reason = BY_NAME.get(name);
        if (reason != null) {
            return reason;
        }
        if (ON_LARGE_OBJECTS.contains(name)) {
            return "uses large objects";
        }
        for (String[] family : BY_PREFIX) {
            if (name.startsWith(family[0])) {
                return family[1];
            }
        }
        return null;
    }

    static boolean runsSqlText(String name) {
        return RUNNING_SQL_TEXT.contains(name);
    }
}
