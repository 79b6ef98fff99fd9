package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Runs SQL over a new connection for each call. A kept connection would break with every fault, and would add to the count of
 * {@code killBackends}.
 */
final class Jdbc {
    private static final Driver DRIVER = new Driver();

    private final String url;
    private final Properties properties;

    private Jdbc(Address address, String database, String user, String password) {
        this.url = "jdbc:postgresql://" + address + "/" + database;
        this.properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "headgate-testkit");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("connectTimeout", "5");
        // A frozen server does not answer; the caller must get an error before the build's own time limit.
        properties.setProperty("socketTimeout", "30");
    }

    static Jdbc superuser(Address address, String database) {
        return new Jdbc(address, database, ClusterSettings.SUPERUSER, ClusterSettings.SUPERUSER_PASSWORD);
    }

    static Jdbc application(Address address, ClusterSettings settings) {
        return new Jdbc(address, settings.database(), settings.user(), settings.password());
    }

    Connection connect() throws SQLException {
        Connection connection = DRIVER.connect(url, properties);
        if (connection == null) {
            throw new ClusterException("The JDBC driver does not take " + url);
        }
        return connection;
    }

    boolean accepts() {
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    List<Map<String, @Nullable Object>> query(String sql, @Nullable Object... arguments) {
        return call(sql, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(arguments.length == 0 ? escaped(sql) : sql)) {
                bind(statement, arguments);
                try (ResultSet rows = statement.executeQuery()) {
                    return read(rows);
                }
            }
        });
    }

    long execute(String sql, @Nullable Object... arguments) {
        return call(sql, connection -> {
            if (arguments.length == 0) {
                try (Statement statement = connection.createStatement()) {
                    statement.setEscapeProcessing(false);
                    statement.execute(sql);
                    return Math.max(0, statement.getLargeUpdateCount());
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, arguments);
                statement.execute();
                return Math.max(0, statement.getLargeUpdateCount());
            }
        });
    }

    /** Runs a statement on a connection and returns its result. */
    @FunctionalInterface
    private interface Call<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T call(String sql, Call<T> call) {
        try (Connection connection = connect()) {
            return call.on(connection);
        } catch (SQLException e) {
            throw new ClusterException(url + " did not run \"" + sql + "\": " + e.getMessage(), e);
        }
    }

    /** Without arguments a question mark is a PostgreSQL operator, not a placeholder. */
    private static String escaped(String sql) {
        return sql.replace("?", "??");
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }

    private static List<Map<String, @Nullable Object>> read(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<Map<String, @Nullable Object>> read = new ArrayList<>();
        while (rows.next()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String label = columns.getColumnLabel(i);
                if (row.containsKey(label)) {
                    throw new SQLException("The result has two columns called \"" + label + "\"; give them aliases");
                }
                row.put(label, detached(rows.getObject(i)));
            }
            read.add(row);
        }
        return read;
    }

    /** An SQL array reads from its connection, which is closed before the caller sees it. */
    private static @Nullable Object detached(@Nullable Object value) throws SQLException {
        return value instanceof Array array ? Arrays.asList((Object[]) array.getArray()) : value;
    }
}
