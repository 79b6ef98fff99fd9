package io.headgate.samples.music.demo;

import io.headgate.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PgBouncers' connections to PostgreSQL, looked at over connections of its own. One thread looks, any thread reads. */
final class ServerConnections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnections.class);

    private static final String SQL = "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity"
            + " WHERE usename = current_user AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

    /** One for each node. */
    private final List<PreparedStatement> statements = new ArrayList<>();

    private volatile Seen latest = new Seen(0, 0);
    private int looks;
    private long busy;
    private int mostBusy;

    /**
     * Connections at one moment.
     *
     * @param open all of them
     * @param busy those with a transaction under way
     */
    record Seen(int open, int busy) {}

    /**
     * Connections over some time.
     *
     * @param meanBusy how many were busy on average
     * @param mostBusy most that were seen busy
     */
    record Use(double meanBusy, int mostBusy) {}

    ServerConnections(List<PostgresNode> nodes) throws SQLException {
        for (PostgresNode each : nodes) {
            Connection connection = DriverManager.getConnection(each.jdbcUrl());
            statements.add(connection.prepareStatement(SQL));
        }
    }

    void look() {
        int open = 0;
        int atWork = 0;
        for (PreparedStatement each : statements) {
            try (ResultSet row = each.executeQuery()) {
                row.next();
                open += row.getInt(1);
                atWork += row.getInt(2);
            } catch (SQLException e) {
                LOG.warn("The server connections could not be counted", e);
                return;
            }
        }
        seen(new Seen(open, atWork));
    }

    private synchronized void seen(Seen seen) {
        latest = seen;
        looks++;
        busy += seen.busy();
        mostBusy = Math.max(mostBusy, seen.busy());
    }

    Seen latest() {
        return latest;
    }

    /** What was seen since the last call. */
    synchronized Use take() {
        Use use = new Use(looks == 0 ? 0 : (double) busy / looks, mostBusy);
        looks = 0;
        busy = 0;
        mostBusy = 0;
        return use;
    }

    @Override
    public void close() {
        for (PreparedStatement each : statements) {
            try {
                each.getConnection().close();
            } catch (SQLException e) {
                LOG.warn("The connection that counts connections could not be closed", e);
            }
        }
    }
}
