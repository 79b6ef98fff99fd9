package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PgBouncerRelease;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PgBouncer program of known version.
 *
 * @param path the program
 * @param version the version that it reports
 */
record PgBouncerBinary(Path path, String version) {
    /** The script's path as a resource of this artifact. */
    static final String SCRIPT = "/io/headgate/testkit/provide-pgbouncer.sh";

    private static final String FIRST_CURRENT = "1.21";
    private static final Pattern VERSION = Pattern.compile("(?m)^PgBouncer (\\d+(?:\\.\\d+)+)");
    private static final Duration ASKING = Duration.ofSeconds(10);
    private static final Duration BUILDING = Duration.ofMinutes(10);

    boolean isAtLeast(String other) {
        return DottedVersion.compare(version, other) >= 0;
    }

    private boolean is(PgBouncerRelease release) {
        return isAtLeast(FIRST_CURRENT) == (release == PgBouncerRelease.CURRENT);
    }

    /** Uses the named binary, else the newest fitting one that is installed or cached, else builds one. */
    static PgBouncerBinary provide(PgBouncerRelease release, ServerUser user, CacheFolder cache) {
        boolean current = release == PgBouncerRelease.CURRENT;
        String property = current ? "headgate.pgbouncer" : "headgate.pgbouncer.legacy";
        String variable = current ? "HEADGATE_PGBOUNCER" : "HEADGATE_PGBOUNCER_LEGACY";
        PgBouncerBinary named = named("system property " + property, System.getProperty(property), release, user);
        if (named == null) {
            named = named("environment variable " + variable, System.getenv(variable), release, user);
        }
        return named != null
                ? named
                : installed(cache).stream()
                        .flatMap(path -> asked(path, user).stream())
                        .filter(binary -> binary.is(release))
                        .max(Comparator.comparing(PgBouncerBinary::version, DottedVersion::compare))
                        .orElseGet(() -> provided(release, user, cache, property, variable));
    }

    private static @Nullable PgBouncerBinary named(
            String source, @Nullable String path, PgBouncerRelease release, ServerUser user) {
        if (path == null || path.isBlank()) {
            return null;
        }
        PgBouncerBinary binary = asked(Path.of(path), user)
                .orElseThrow(
                        () -> new ClusterException(
                                "The " + source + " is " + path + ", which " + user.name()
                                        + " cannot run as PgBouncer; name an executable pgbouncer in folders that this user can enter"));
        if (!binary.is(release)) {
            throw new ClusterException(
                    "The " + source + " is " + path + ", which is PgBouncer " + binary.version + "; it must be "
                            + (release == PgBouncerRelease.CURRENT ? "at least " : "older than ") + FIRST_CURRENT);
        }
        return binary;
    }

    private static Set<Path> installed(CacheFolder cache) {
        Set<Path> found = new LinkedHashSet<>();
        List<String> folders = new ArrayList<>(
                List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)));
        // Debian installs it here, which is not on an ordinary user's PATH.
        folders.add("/usr/sbin");
        folders.stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "pgbouncer"))
                .forEach(found::add);
        try (Stream<Path> entries = Files.list(cache.path())) {
            entries.filter(entry -> entry.getFileName().toString().startsWith("pgbouncer-"))
                    .map(entry -> entry.resolve("bin/pgbouncer"))
                    .forEach(found::add);
        } catch (IOException e) {
            throw new ClusterException("Could not read the cache folder " + cache.path(), e);
        }
        found.removeIf(path -> !Files.isExecutable(path));
        return found;
    }

    private static Optional<PgBouncerBinary> asked(Path path, ServerUser user) {
        Path absolute = path.toAbsolutePath();
        if (!Files.isRegularFile(absolute) || !user.canExecute(absolute)) {
            return Optional.empty();
        }
        Matcher version = VERSION.matcher(
                user.run(ASKING, List.of(absolute.toString(), "--version")).output());
        return version.find() ? Optional.of(new PgBouncerBinary(absolute, version.group(1))) : Optional.empty();
    }

    private static PgBouncerBinary provided(
            PgBouncerRelease release, ServerUser user, CacheFolder cache, String property, String variable) {
        Command.Outcome outcome = runScript(release == PgBouncerRelease.CURRENT ? "--current" : "--legacy", cache);
        String[] lines = outcome.output().strip().split("\n", -1);
        Optional<PgBouncerBinary> binary =
                outcome.succeeded() ? asked(Path.of(lines[lines.length - 1]), user) : Optional.empty();
        return binary.orElseThrow(() -> new ClusterException("PgBouncer " + release + " ("
                + (release == PgBouncerRelease.CURRENT ? "at least " : "older than ") + FIRST_CURRENT
                + ") is not on this machine and could not be provided. Install one and name it in the system property "
                + property + " or the environment variable " + variable + ", or run provide-pgbouncer.sh as root on"
                + " Debian or Ubuntu. It said (status " + outcome.status() + "):\n" + outcome.output()));
    }

    private static Command.Outcome runScript(String option, CacheFolder cache) {
        try (InputStream script = PgBouncerBinary.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new ClusterException("The resource " + SCRIPT + " is missing from the artifact");
            }
            Path copy = Files.createTempFile(cache.path(), "provide-pgbouncer", ".sh");
            try {
                Files.write(copy, script.readAllBytes());
                return Command.run(BUILDING, List.of("bash", copy.toString(), option));
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new ClusterException("Could not run " + SCRIPT, e);
        }
    }
}
