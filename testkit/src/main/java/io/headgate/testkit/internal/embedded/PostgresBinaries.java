package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of one PostgreSQL version, unpacked once for all on this machine.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 * @param major the major version
 */
record PostgresBinaries(Path home, int major) {

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    static PostgresBinaries provide(String wantedVersion, CacheFolder cache) {
        PostgresArchive archive = PostgresArchive.find(wantedVersion);
        String entry = "postgres-" + archive.version();
        Path home = cache.path().resolve(entry);
        if (!Files.isDirectory(home)) {
            cache.exclusively(entry, () -> unpack(archive, home));
        }
        return new PostgresBinaries(home, Integer.parseInt(archive.version().replaceFirst("\\..*", "")));
    }

    /** Unpacks into a folder beside the target and renames it when complete: no process sees a partial folder. */
    private static Path unpack(PostgresArchive archive, Path home) {
        if (Files.isDirectory(home)) {
            return home;
        }
        Path partial = home.resolveSibling(home.getFileName() + ".partial");
        try {
            FileTree.delete(partial);
            Files.createDirectory(partial);
            try (InputStream compressed = new BufferedInputStream(archive.open());
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(compressed))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, partial);
                }
            }
            openToAll(partial);
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
            return home;
        } catch (IOException e) {
            throw new ClusterException("Could not unpack PostgreSQL " + archive.version() + " into " + home, e);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("The archive's entry " + entry.getName() + " points out of it");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        // Not all archives list a folder before the files in it.
        Files.createDirectories(target.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(target, root.resolve(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    /** Overrides the umask, because another user may run the programs inside. */
    private static void openToAll(Path root) throws IOException {
        try (Stream<Path> entries = Files.walk(root)) {
            for (Path folder : entries.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }
}
