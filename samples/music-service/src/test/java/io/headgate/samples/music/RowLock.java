package io.headgate.samples.music;

import static org.awaitility.Awaitility.await;

import io.headgate.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Holds a track's row, so that plays of it do not end until this is closed. */
record RowLock(PostgresNode node, Connection connection) implements AutoCloseable {

    static RowLock ofTrack(PostgresNode node, long track) throws SQLException {
        Connection connection = DriverManager.getConnection(node.jdbcUrl());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT FROM track WHERE id = " + track + " FOR UPDATE");
        }
        return new RowLock(node, connection);
    }

    /** Until so many transactions of others wait for a lock. */
    void awaitWaiting(int transactions) {
        await().until(() -> Integer.parseInt(
                        node.queryValue("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
                >= transactions);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
