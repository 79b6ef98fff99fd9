package io.headgate.testkit.internal.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes folders of clusters whose JVM and watchdog were both killed, or that ran when the machine went down. Only folders of
 * the servers' own user are touched.
 */
final class AbandonedFolders {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedFolders.class);
    private static final Pattern NAME = Pattern.compile(ClusterFolder.PREFIX + "(\\d+)-(\\d+)-\\d+");
    /** A folder gets its lock a moment after it was created. */
    private static final Duration NEWBORN = Duration.ofMinutes(1);

    private static final long REMOVING_SECONDS = 20;

    private AbandonedFolders() {}

    static void remove(Path parent, ClusterFolder own) {
        try (Stream<Path> entries = Files.list(parent)) {
            List<Path> abandoned = entries.filter(entry ->
                            NAME.matcher(entry.getFileName().toString()).matches())
                    .filter(Files::isDirectory)
                    .filter(own.user()::owns)
                    .filter(AbandonedFolders::isAbandoned)
                    .toList();
            for (Path folder : abandoned) {
                LOG.info("Removing {}, which a test run left behind", folder);
                Process watchdog = own.startWatchdog(folder);
                watchdog.getOutputStream().close();
                if (!watchdog.waitFor(REMOVING_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("{} is not yet removed after {} s", folder, REMOVING_SECONDS);
                }
            }
        } catch (IOException e) {
            LOG.warn("Could not look for abandoned clusters in {}", parent, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAbandoned(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        if (!name.matches() || lives(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))) {
            return false;
        }
        Path lock = folder.resolve(ClusterFolder.LOCK);
        try {
            if (!Files.exists(lock)) {
                return Files.getLastModifiedTime(folder)
                        .toInstant()
                        .isBefore(Instant.now().minus(NEWBORN));
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    FileLock taken = channel.tryLock()) {
                return taken != null;
            }
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the folder's owner is a live process of this machine or container. Checked before the lock: on a folder of this
     * JVM the lock must not be tried, because closing the file would release it.
     */
    private static boolean lives(long pid, long started) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(instant -> Math.abs(instant.toEpochMilli() - started)
                        < Duration.ofSeconds(5).toMillis())
                .orElse(false);
    }
}
