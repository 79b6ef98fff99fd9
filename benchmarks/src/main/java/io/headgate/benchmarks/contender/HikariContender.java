package io.headgate.benchmarks.contender;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The JDBC driver behind HikariCP, a blocking thread for each caller: virtual where the JDK has them (21 or newer), else
 * a platform thread. A statement is prepared on the server at its first execution and kept.
 */
final class HikariContender implements Contender {

    private static final String LOOKUP = Item.SELECT.replace("$1", "?");
    private static final String SELECT = Change.SELECT.replace("$1", "?");
    private static final String UPDATE = Change.UPDATE.replace("$1", "?");
    private static final String INSERT = Event.INSERT.replace("$1", "?").replace("$2", "?");

    private final HikariDataSource pool;
    private final ExecutorService threads;

    HikariContender(Target target, Tuning tuning) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(target.jdbcUrl());
        config.setUsername(target.user());
        config.setPassword(target.password());
        config.setMaximumPoolSize(tuning.connections());
        config.setMinimumIdle(tuning.connections());
        config.addDataSourceProperty("prepareThreshold", "1");
        pool = new HikariDataSource(config);
        threads = threads();
    }

    /** The method exists from JDK 21 on; the module is compiled for 17. */
    private static ExecutorService threads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            return Executors.newCachedThreadPool();
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("virtual threads are there but cannot be had", e);
        }
    }

    @Override
    public void launch(Runnable loop) {
        threads.execute(loop);
    }

    @Override
    public void lookup(long id, Reply<Item> reply) {
        Item item;
        try (Connection connection = pool.getConnection()) {
            item = item(connection, id);
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(item);
    }

    /** One after the other on one connection: the thread is blocked in between. */
    @Override
    public void multi(long[] ids, Reply<Boolean> reply) {
        boolean right = true;
        try (Connection connection = pool.getConnection()) {
            for (long id : ids) {
                right &= item(connection, id).isOf(id);
            }
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(right);
    }

    private static Item item(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOKUP)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? new Item(rows.getLong(1), rows.getString(2)) : new Item(0, "no row");
            }
        }
    }

    @Override
    public void slow(Reply<Integer> reply) {
        int one;
        try (Connection connection = pool.getConnection()) {
            one = (int) number(connection, SLOW, null);
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(one);
    }

    @Override
    public void transaction(long id, Reply<Change> reply) {
        Change change;
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            // an exception leaves the transaction open; Hikari rolls it back when the connection is returned
            long before = number(connection, SELECT, id);
            long updated = updated(connection, id);
            change = new Change(before, updated, number(connection, SELECT, id));
            connection.commit();
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(change);
    }

    @Override
    public void update(long id, Reply<Long> reply) {
        long updated;
        try (Connection connection = pool.getConnection()) {
            updated = updated(connection, id);
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(updated);
    }

    @Override
    public void insert(long id, Reply<Long> reply) {
        long inserted;
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setLong(1, id);
            insert.setString(2, Event.NOTE);
            inserted = insert.executeUpdate();
        } catch (SQLException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(inserted);
    }

    private static long updated(Connection connection, long id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            update.setLong(1, id);
            return update.executeUpdate();
        }
    }

    private static long number(Connection connection, String sql, @Nullable Long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (id != null) {
                statement.setLong(1, id);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        pool.close();
    }
}
