package io.headgate.testkit.junit;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives a test class a {@link PostgresCluster}, shared with all test classes of the JVM that ask for an equal one.
 *
 * <p>The cluster is handed to parameters of constructors, test methods and life-cycle methods, and to non-final fields, whose
 * type is {@link PostgresCluster}; static fields are set before {@code @BeforeAll} methods run. It is started for the first
 * test that needs it and closed after the last test of the run. After each test that injected a fault the cluster is reset.
 * Tables and rows stay: tests that share a cluster use their own tables or clean up.
 *
 * <p>Test classes with this annotation never run at the same time as each other, even when JUnit runs in parallel, because a
 * fault affects all of them. Needs JUnit 5.12 or newer.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock("io.headgate.testkit.junit.SharedPostgres")
@ExtendWith(SharedPostgresExtension.class)
public @interface SharedPostgres {

    /**
     * The PostgreSQL version.
     *
     * @return as for {@link io.headgate.testkit.PostgresClusterBuilder#version(String)}
     */
    String version() default "18";

    /**
     * How many streaming replicas.
     *
     * @return 0 to 8
     */
    int replicas() default 0;

    /**
     * PostgreSQL settings.
     *
     * @return each {@code name=value}
     */
    String[] settings() default {};

    /**
     * Whether a PgBouncer stands in front of each node.
     *
     * @return true for one
     */
    boolean pooled() default false;

    /**
     * The PgBouncer release, if {@link #pooled()}.
     *
     * @return the release
     */
    PgBouncerRelease pgbouncer() default PgBouncerRelease.CURRENT;

    /**
     * PgBouncer settings, such as {@code default_pool_size=4}.
     *
     * @return each {@code name=value}
     */
    String[] bouncerSettings() default {};

    /**
     * Whether the servers offer TLS.
     *
     * @return true to offer it
     */
    boolean tls() default false;

    /**
     * SQL that runs once, in the application's database as its owner.
     *
     * @return statements
     */
    String[] initSql() default {};
}
