package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/** The session that a base backup by the low-level API needs: open while the data folder is copied. */
final class BaseBackup implements AutoCloseable {
    /** Where the functions lost their prefix pg_start_ and pg_stop_. */
    private static final int RENAMED_IN = 15;

    private final Connection connection;
    private final boolean renamed;

    private BaseBackup(Connection connection, boolean renamed) {
        this.connection = connection;
        this.renamed = renamed;
    }

    /**
     * Begins a backup with an immediate checkpoint.
     *
     * @throws ClusterException when the server does not let it
     */
    static BaseBackup start(Address upstream, String label) {
        Properties properties = new Properties();
        properties.setProperty("user", ClusterSettings.SUPERUSER);
        properties.setProperty("password", ClusterSettings.SUPERUSER_PASSWORD);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        try {
            Connection connection = Objects.requireNonNull(new Driver()
                    .connect("jdbc:postgresql://" + upstream + "/" + ClusterSettings.SUPERUSER, properties));
            boolean renamed = connection.getMetaData().getDatabaseMajorVersion() >= RENAMED_IN;
            BaseBackup backup = new BaseBackup(connection, renamed);
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        renamed
                                ? "SELECT pg_backup_start('" + label + "', fast => true)"
                                : "SELECT pg_start_backup('" + label + "', true, false)");
                return backup;
            } catch (SQLException e) {
                backup.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failed("began", e);
        }
    }

    /** Ends the backup and gives the content of {@code backup_label}. */
    String finish() {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT labelfile FROM "
                        + (renamed ? "pg_backup_stop(wait_for_archive => false)" : "pg_stop_backup(false, false)"))) {
            if (!row.next()) {
                throw new ClusterException("The end of the base backup gave no label");
            }
            return row.getString(1);
        } catch (SQLException e) {
            throw failed("ended", e);
        }
    }

    /** Closes the session, which aborts a backup that has not ended. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed("ended", e);
        }
    }

    private static ClusterException failed(String what, SQLException e) {
        return new ClusterException("No base backup was " + what + ": " + e.getMessage(), e);
    }
}
