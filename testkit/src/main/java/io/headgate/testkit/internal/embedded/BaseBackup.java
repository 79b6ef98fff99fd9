package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Copies a running server's data folder and sets the copy up as its streaming standby, without {@code pg_basebackup},
 * which the embedded binaries lack.
 *
 * @see <a href="https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">PostgreSQL,
 *     Making a Base Backup Using the Low Level API</a>
 */
final class BaseBackup {
    /** Folders whose contents the manual says to leave out; the standby streams its WAL from the start of the backup. */
    private static final Set<String> LEFT_EMPTY = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "backup_label", "standby.signal");

    private BaseBackup() {}

    static void copy(PostgresProcess source, PostgresProcess target) {
        ClusterFolder folder = target.folder();
        try (Connection connection = connect(source.address());
                Statement statement = connection.createStatement()) {
            boolean renamed = source.majorVersion() >= 15;
            statement.execute(
                    renamed
                            ? "SELECT pg_backup_start('headgate', true)"
                            : "SELECT pg_start_backup('headgate', true, false)");
            FileTree.delete(target.dataFolder());
            Files.walkFileTree(source.dataFolder(), new Copy(source.dataFolder(), target.dataFolder(), folder.user()));
            String label;
            try (ResultSet stopped = statement.executeQuery(
                    "SELECT labelfile FROM " + (renamed ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)"))) {
                stopped.next();
                label = stopped.getString(1);
            }
            folder.write(target.dataFolder().resolve("backup_label"), label);
            folder.write(target.dataFolder().resolve("standby.signal"), "");
            Path automatic = target.dataFolder().resolve("postgresql.auto.conf");
            // The last line overrides a line of an earlier change of upstream.
            folder.write(
                    automatic,
                    Files.readString(automatic) + "primary_conninfo = '"
                            + source.conninfoForStandby(target.name()).replace("'", "''") + "'\n");
        } catch (SQLException | IOException e) {
            throw new ClusterException(
                    "Could not clone " + source.name() + " to " + target.name() + ": " + e.getMessage(), e);
        }
    }

    private static Connection connect(Address address) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {address.host()});
        source.setPortNumbers(new int[] {address.port()});
        source.setDatabaseName(ClusterSettings.SUPERUSER);
        source.setUser(ClusterSettings.SUPERUSER);
        source.setPassword(ClusterSettings.SUPERUSER_PASSWORD);
        source.setSslMode("disable");
        return source.getConnection();
    }

    /** Files may vanish or grow while they are copied; replay of the WAL repairs that. */
    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private final ServerUser user;

        Copy(Path from, Path to, ServerUser user) {
            this.from = from;
            this.to = to;
            this.user = user;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            Path copy = to.resolve(from.relativize(folder));
            Files.createDirectory(
                    copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            user.own(copy);
            return LEFT_EMPTY.contains(from.relativize(folder).toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = file.getFileName().toString();
            if (LEFT_OUT.contains(name) || name.startsWith("pgsql_tmp")) {
                return FileVisitResult.CONTINUE;
            }
            Path copy = to.resolve(from.relativize(file));
            try {
                Files.copy(file, copy);
                user.own(copy);
            } catch (NoSuchFileException vanished) {
                Files.deleteIfExists(copy);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
