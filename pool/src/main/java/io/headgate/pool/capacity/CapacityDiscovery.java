package io.headgate.pool.capacity;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlRow;
import reactor.core.publisher.Mono;

/**
 * Reads a plan's limits from live settings: PostgreSQL's through an executor, which also works behind a pooler, and PgBouncer's
 * through its console.
 */
final class CapacityDiscovery {

    /** {@code reserved_connections} came with PostgreSQL 16; before, the setting is unknown and read as NULL. */
    private static final String SETTINGS = "SELECT current_setting('max_connections')::int AS max_connections,"
            + " current_setting('superuser_reserved_connections')::int"
            + " + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved";

    private CapacityDiscovery() {}

    static Mono<CapacityPlan.Builder> discover(SqlExecutor db) {
        return db.sql(SETTINGS).one().map(CapacityDiscovery::prefilled);
    }

    static Mono<CapacityPlan.Builder> discover(SqlExecutor db, PoolerConsole console, String database) {
        return discover(db)
                .flatMap(builder -> PoolerRows.read(console, database).map(builder::pooler));
    }

    private static CapacityPlan.Builder prefilled(SqlRow row) {
        return CapacityPlan.builder()
                .maxConnections(row.require("max_connections", Integer.class))
                .reservedConnections(row.require("reserved", Integer.class));
    }
}
