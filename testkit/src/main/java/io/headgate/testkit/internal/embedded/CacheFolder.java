package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/**
 * Where binaries are kept between runs: {@code $XDG_CACHE_HOME/headgate} or {@code ~/.cache/headgate}. For root it is {@code
 * /var/cache/headgate}: the servers' user cannot read root's home. The script that provides PgBouncer follows the same rule.
 */
final class CacheFolder {
    private static final Path FOR_ROOT = Path.of("/var/cache");

    private final Path path;

    private CacheFolder(Path path) {
        this.path = path;
    }

    static CacheFolder of(ServerUser user) {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home", "/nonexistent"), ".cache")
                : Path.of(configured);
        Path existing = base.toAbsolutePath();
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        CacheFolder folder = new CacheFolder((user.canEnter(existing) ? base : FOR_ROOT).resolve("headgate"));
        try {
            if (!Files.isDirectory(folder.path)) {
                Files.createDirectories(folder.path);
                Files.setPosixFilePermissions(folder.path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException e) {
            throw new ClusterException(
                    "Could not create the cache folder " + folder.path + "; name a writable one in XDG_CACHE_HOME", e);
        }
        return folder;
    }

    Path path() {
        return path;
    }

    /** Runs work exclusively: no other thread or process works on the same entry at the same time. */
    <T> T exclusively(String entry, Supplier<T> work) {
        // A file lock keeps other processes out, but throws when another thread of this one holds it.
        synchronized (CacheFolder.class) {
            try (FileChannel channel = FileChannel.open(
                            path.resolve(entry + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                return work.get();
            } catch (IOException e) {
                throw new ClusterException("Could not lock " + entry + " in the cache folder " + path, e);
            }
        }
    }
}
