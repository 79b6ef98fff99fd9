package io.headgate.testkit;

import java.util.List;
import java.util.Map;

/**
 * The settings of a cluster, as {@link PostgresClusterBuilder} collected them, for a {@link ClusterProvider}. Two clusters with equal
 * settings are interchangeable. Only the builder makes them: a minor version may add components.
 *
 * @param backend where the servers run
 * @param version the PostgreSQL version: a major one ({@code 18}) or an exact one ({@code 18.6})
 * @param replicas how many streaming replicas, 0 to 8
 * @param settings PostgreSQL settings that override the kit's own
 * @param pooled whether each node has a PgBouncer in front
 * @param pgbouncer which PgBouncer
 * @param bouncerSettings PgBouncer settings that override the kit's own
 * @param authentication how passwords are proved
 * @param tls whether the servers offer TLS
 * @param database the application's database
 * @param user the application's role, owner of the database
 * @param password the application's password
 * @param initSql statements run in the application's database, as the application's role, before replicas are cloned
 */
public record ClusterSettings(
        ClusterBackend backend,
        String version,
        int replicas,
        Map<String, String> settings,
        boolean pooled,
        PgBouncerRelease pgbouncer,
        Map<String, String> bouncerSettings,
        PasswordAuthentication authentication,
        boolean tls,
        String database,
        String user,
        String password,
        List<String> initSql) {

    /** The superuser's role, and the admin user of PgBouncer. */
    public static final String SUPERUSER = "postgres";

    /** The superuser's password. Not a secret: the servers are for tests and listen on the loopback interface only. */
    public static final String SUPERUSER_PASSWORD = "postgres";

    /** Copies the collections, so that the settings never change. */
    public ClusterSettings {
        settings = Map.copyOf(settings);
        bouncerSettings = Map.copyOf(bouncerSettings);
        initSql = List.copyOf(initSql);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "ClusterSettings[backend=" + backend + ", version=" + version + ", replicas=" + replicas + ", settings="
                + settings + ", pooled=" + pooled + ", pgbouncer=" + pgbouncer + ", bouncerSettings=" + bouncerSettings
                + ", authentication=" + authentication + ", tls=" + tls + ", database=" + database + ", user=" + user
                + ", initSql=" + initSql + "]";
    }
}
