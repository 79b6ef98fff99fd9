package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PgBouncerRelease;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images that the servers run from: public ones unless a system property names others.
 *
 * <p>The programs in an image report their version: a tag may be wrong, and a test that silently runs on another version proves
 * nothing. PostgreSQL's image needs {@code sh}, {@code cp}, the programs {@code initdb} and {@code postgres} on its PATH and a
 * user {@code postgres}; PgBouncer's needs {@code sh} and {@code pgbouncer}.
 */
final class ContainerImages {
    static final String POSTGRES_PROPERTY = "headgate.testkit.image.postgres";
    static final String PGBOUNCER_PROPERTY = "headgate.testkit.image.pgbouncer";
    static final String LEGACY_PGBOUNCER_PROPERTY = "headgate.testkit.image.pgbouncer.legacy";

    private static final String POSTGRES_DEFAULT = "postgres";
    private static final String PGBOUNCER_DEFAULT = "edoburu/pgbouncer:v1.24.1-p1";
    private static final String LEGACY_PGBOUNCER_DEFAULT = "edoburu/pgbouncer:1.18.0";

    /** The first release that keeps named prepared statements apart: where LEGACY ends and CURRENT begins. */
    private static final int FIRST_CURRENT_MINOR = 21;

    private static final Pattern POSTGRES_VERSION = Pattern.compile("\\(PostgreSQL\\) (\\S+)");
    private static final Pattern PGBOUNCER_VERSION = Pattern.compile("(?i)PgBouncer (?:version )?1\\.(\\d+)");

    /** The output of `pgbouncer --version` in an image is constant while this JVM runs, and each query costs a container. */
    private static final Map<String, String> PGBOUNCER_ANSWERS = new ConcurrentHashMap<>();

    private ContainerImages() {}

    /**
     * An image with PgBouncer.
     *
     * @param name its name on the engine
     * @param minor the release after the dot, such as 24
     */
    record PgBouncerImage(String name, int minor) {
        /**
         * The signal that ends it at once: from 1.23 on SIGTERM waits for clients to disconnect, and before 1.23 SIGQUIT has no
         * effect.
         */
        String stopSignal() {
            return minor >= 23 ? "SIGQUIT" : "SIGTERM";
        }
    }

    /** The image for PostgreSQL; a name without a tag gets the wanted version as its tag. */
    static String postgres(DockerEngine engine, ClusterSettings settings) {
        String name = named(POSTGRES_PROPERTY, POSTGRES_DEFAULT);
        return engine.require(hasTag(name) ? name : name + ":" + settings.version(), POSTGRES_PROPERTY);
    }

    /** Compares the output of {@code postgres --version} with the wanted version. */
    static void checkPostgres(String image, String answer, String wanted) {
        Matcher version = POSTGRES_VERSION.matcher(answer);
        if (!version.find() || !(version.group(1) + ".").startsWith(wanted + ".")) {
            throw new ClusterException(
                    "The cluster is to run PostgreSQL " + wanted + ", but the image " + image + " holds \""
                            + answer.strip() + "\"; change version(...) or the system property " + POSTGRES_PROPERTY);
        }
    }

    /** The image for PgBouncer, whose release is checked. */
    static PgBouncerImage pgbouncer(DockerEngine engine, String taskName, PgBouncerRelease release) {
        boolean legacy = release == PgBouncerRelease.LEGACY;
        String property = legacy ? LEGACY_PGBOUNCER_PROPERTY : PGBOUNCER_PROPERTY;
        String image = engine.require(named(property, legacy ? LEGACY_PGBOUNCER_DEFAULT : PGBOUNCER_DEFAULT), property);
        String answer = PGBOUNCER_ANSWERS.computeIfAbsent(
                image,
                name -> EngineContainer.run(
                        engine, ContainerSpec.task(taskName, name, null, "pgbouncer --version", Map.of(), List.of())));
        return checkPgBouncer(image, answer, release, property);
    }

    static PgBouncerImage checkPgBouncer(String image, String answer, PgBouncerRelease release, String property) {
        Matcher version = PGBOUNCER_VERSION.matcher(answer);
        boolean legacy = release == PgBouncerRelease.LEGACY;
        if (!version.find() || Integer.parseInt(version.group(1)) < FIRST_CURRENT_MINOR != legacy) {
            throw new ClusterException(
                    "PgBouncer " + release + " is to be " + (legacy ? "older than" : "at least") + " 1."
                            + FIRST_CURRENT_MINOR + ", but the image " + image + " says \"" + answer.strip()
                            + "\"; change pgbouncer(...) or the system property " + property);
        }
        return new PgBouncerImage(image, Integer.parseInt(version.group(1)));
    }

    private static String named(String property, String otherwise) {
        String name = System.getProperty(property, "");
        return name.isBlank() ? otherwise : name.strip();
    }

    /** A colon before the last slash belongs to the registry's port. */
    static boolean hasTag(String image) {
        return image.indexOf('@') >= 0 || image.lastIndexOf(':') > image.lastIndexOf('/');
    }
}
