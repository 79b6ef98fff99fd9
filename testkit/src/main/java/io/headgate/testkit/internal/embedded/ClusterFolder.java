package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a cluster lives, and the watchdog that ends its servers and removes the folder when this JVM has ended or
 * {@link #close()} is called. Both use the same path, so every test run tests it.
 *
 * <p>The folder's name contains the JVM's process id and start time, for people. A lock on a file in it shows whether its owner
 * lives. The kernel releases the lock when the process ends, and the lock works across containers that share a temporary folder
 * but not process ids.
 */
final class ClusterFolder implements AutoCloseable {
    static final String PREFIX = "headgate-";
    static final String LOCK = "owner.lock";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterFolder.class);
    private static final String SCRIPT = "watchdog.sh";
    private static final long CLOSING_SECONDS = 20;

    private final Path path;
    private final ServerUser user;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Process watchdog;
    private boolean closed;

    private ClusterFolder(Path path, ServerUser user) throws IOException {
        this.path = path;
        this.user = user;
        this.lockFile = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.lock = lockFile.lock();
        try (InputStream script = ClusterFolder.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new ClusterException("The resource " + SCRIPT + " is missing from the artifact");
            }
            Files.write(path.resolve(SCRIPT), script.readAllBytes());
        }
        this.watchdog = startWatchdog(path);
    }

    static ClusterFolder create(ServerUser user) {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info()
                .startInstant()
                .map(instant -> instant.toEpochMilli())
                .orElse(0L);
        try {
            Path parent = parentFor(user);
            Path path = Files.createTempDirectory(
                    parent,
                    PREFIX + self.pid() + "-" + started + "-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            user.own(path);
            ClusterFolder folder = new ClusterFolder(path, user);
            AbandonedFolders.remove(parent, folder);
            return folder;
        } catch (IOException e) {
            throw new ClusterException("Could not create a folder for the cluster", e);
        }
    }

    private static Path parentFor(ServerUser user) {
        for (String candidate : List.of(System.getProperty("java.io.tmpdir", "/tmp"), "/tmp", "/var/tmp")) {
            Path parent = Path.of(candidate).toAbsolutePath();
            if (Files.isWritable(parent) && user.canEnter(parent)) {
                return parent;
            }
        }
        throw new ClusterException("Neither java.io.tmpdir nor /tmp nor /var/tmp is a folder that " + user.name()
                + " can enter; name one with -Djava.io.tmpdir");
    }

    /** Starts a watchdog over a folder: this one, or one left by an ended process. */
    Process startWatchdog(Path watched) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(user.command(List.of("sh", path.resolve(SCRIPT).toString(), watched.toString())));
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    Path path() {
        return path;
    }

    ServerUser user() {
        return user;
    }

    Path createSubfolder(String name) {
        try {
            Path folder = Files.createDirectory(path.resolve(name));
            user.own(folder);
            return folder;
        } catch (IOException e) {
            throw new ClusterException("Could not create " + path.resolve(name), e);
        }
    }

    /** Writes a file that only the servers' user can read, as PostgreSQL demands of keys. */
    Path write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            user.own(file);
            return file;
        } catch (IOException e) {
            throw new ClusterException("Could not write " + file, e);
        }
    }

    synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The cluster is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            watchdog.getOutputStream().close();
            if (!watchdog.waitFor(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The watchdog of {} is still at work after {} s", path, CLOSING_SECONDS);
            }
            lock.release();
            lockFile.close();
            FileTree.delete(path);
        } catch (IOException e) {
            LOG.warn("Could not remove {}", path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
