package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LegacyPgBouncerIT {

    @Test
    void legacyPoolerSpeaksAndComesBackOnItsPort() {
        try (PostgresCluster cluster = PostgresCluster.builder()
                .pooled(true)
                .pgbouncer(PgBouncerRelease.LEGACY)
                .poolSize(4)
                .bouncerSetting("query_wait_timeout", "7")
                .start()) {
            PgBouncer bouncer = cluster.primary().bouncer();
            assertThat(bouncer.version()).startsWith("1.1");
            assertThat(bouncer.show("CONFIG"))
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry("key", "query_wait_timeout")
                            .containsEntry("value", "7"));
            int port = bouncer.port();
            bouncer.pause();
            bouncer.resume();
            bouncer.kill();
            assertThat(bouncer.isRunning()).isFalse();
            bouncer.start();
            assertThat(bouncer.port()).isEqualTo(port);
            bouncer.stop();
            bouncer.start();
            assertThat(bouncer.show("SERVERS")).isEmpty();
        }
    }
}
