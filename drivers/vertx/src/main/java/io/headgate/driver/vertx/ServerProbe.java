package io.headgate.driver.vertx;

import io.headgate.core.driver.ServerInfo;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;

/**
 * Finds out by trying what a new connection leads to.
 *
 * <p>A pooler is certain when the process id of the wire is not the backend's. Whether prepared statements survive behind
 * it: in a transaction, which pins one server connection, a statement is prepared and asked under which name the server
 * knows it. A pooler that keeps track of statements (PgBouncer from 1.21 with {@code max_prepared_statements} over 0) gives
 * them names of its own; one that does not passes Vert.x's name on.
 */
final class ServerProbe {

    private static final String SERVER =
            "SELECT pg_backend_pid(), current_setting('server_version_num')::int, pg_is_in_recovery()";

    /** Names of Vert.x are seven hexadecimal digits. */
    private static final String PASSED_ON = "SELECT EXISTS (SELECT FROM pg_prepared_statements"
            + " WHERE name ~ '^[0-9A-F]{7}$' AND statement LIKE '%headgate probe%') /* headgate probe */";

    private ServerProbe() {}

    static Future<ServerInfo> probe(PgConnection connection) {
        return connection.query(SERVER).execute().compose(rows -> {
            Row row = rows.iterator().next();
            boolean pooled = row.getInteger(0) != connection.processId();
            int version = row.getInteger(1);
            boolean inRecovery = row.getBoolean(2);
            if (!pooled) {
                return Future.succeededFuture(new ServerInfo(version, false, true, inRecovery));
            }
            return namedStatements(connection).map(named -> new ServerInfo(version, true, named, inRecovery));
        });
    }

    private static Future<Boolean> namedStatements(PgConnection connection) {
        return connection
                .query("BEGIN")
                .execute()
                .compose(begun -> connection.prepare(PASSED_ON))
                .compose(statement -> survives(statement).eventually(statement::close))
                .recover(error -> nameTaken(error) ? Future.succeededFuture(false) : Future.failedFuture(error))
                .eventually(() -> connection.query("ROLLBACK").execute());
    }

    private static Future<Boolean> survives(PreparedStatement statement) {
        return statement.query().execute().map(rows -> !rows.iterator().next().getBoolean(0));
    }

    /** Another client's statement of that name is on the server connection: names are passed on, and left behind. */
    private static boolean nameTaken(Throwable error) {
        return error instanceof PgException pg
                && ("42P05".equals(pg.getSqlState()) || "26000".equals(pg.getSqlState()));
    }
}
