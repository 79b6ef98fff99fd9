package io.headgate.driver.vertx;

import io.headgate.core.driver.ServerInfo;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;

/**
 * Finds out whether a new connection leads to a pooler. It does when the process id of the wire differs from the backend's. Prepared
 * statements are then kept for one transaction only, whichever pooler it is; see {@link Statements}.
 */
final class ServerProbe {

    private static final String SERVER =
            "SELECT pg_backend_pid(), current_setting('server_version_num')::int, pg_catalog.pg_is_in_recovery()";

    private ServerProbe() {}

    static Future<ServerInfo> probe(Exchange exchange) {
        return exchange.run(SERVER).map(rows -> {
            Row row = rows.iterator().next();
            boolean pooled = row.getInteger(0) != exchange.processId();
            return ServerInfo.of(row.getInteger(1))
                    .pooled(pooled)
                    .namedStatements(!pooled)
                    .inRecovery(row.getBoolean(2));
        });
    }
}
