package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PgBouncerRelease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerImagesTest {

    @ParameterizedTest
    @ValueSource(strings = {"postgres:18", "host:5000/postgres:18.6", "postgres@sha256:0a1b"})
    void tagIsSeen(String image) {
        assertThat(ContainerImages.hasTag(image)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "host:5000/postgres", "headgate-local/postgres"})
    void portOfARegistryIsNoTag(String image) {
        assertThat(ContainerImages.hasTag(image)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"18", "18.6"})
    void postgresOfTheWantedVersionIsTaken(String wanted) {
        assertThatNoException()
                .isThrownBy(() -> ContainerImages.checkPostgres(
                        "image", "postgres (PostgreSQL) 18.6 (Debian 18.6-1.pgdg13+1)\n", wanted));
    }

    @ParameterizedTest
    @CsvSource({"17, postgres (PostgreSQL) 18.6", "18.6, postgres (PostgreSQL) 18.60", "18, sh: postgres: not found"})
    void postgresOfAnotherVersionIsRefused(String wanted, String answer) {
        assertThatExceptionOfType(ClusterException.class)
                .isThrownBy(() -> ContainerImages.checkPostgres("some/image:1", answer, wanted))
                .withMessageContainingAll(wanted, answer, "some/image:1", ContainerImages.POSTGRES_PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({
        "PgBouncer 1.24.1, CURRENT, SIGQUIT",
        "PgBouncer 1.21.0, CURRENT, SIGTERM",
        "PgBouncer 1.18.0, LEGACY, SIGTERM"
    })
    void pgbouncerEndsAtOnceWithTheSignalOfItsRelease(String answer, PgBouncerRelease release, String signal) {
        ContainerImages.PgBouncerImage image =
                ContainerImages.checkPgBouncer("image", answer + "\nlibevent 2.1.12-stable\n", release, "property");
        assertThat(image.stopSignal()).isEqualTo(signal);
    }

    @ParameterizedTest
    @CsvSource({"PgBouncer 1.20.1, CURRENT", "PgBouncer 1.21.0, LEGACY", "sh: pgbouncer: not found, CURRENT"})
    void pgbouncerOfAnotherReleaseIsRefused(String answer, PgBouncerRelease release) {
        assertThatExceptionOfType(ClusterException.class)
                .isThrownBy(() -> ContainerImages.checkPgBouncer("some/image:1", answer, release, "the.property"))
                .withMessageContainingAll(release.name(), answer, "some/image:1", "the.property");
    }

    @Test
    void subnetBecomesAddresses() {
        int first = ClusterNetwork.firstAddress("172.18.255.0/20");
        assertThat(ClusterNetwork.format(first)).isEqualTo("172.18.255.0");
        assertThat(ClusterNetwork.format(first + 257)).isEqualTo("172.19.0.1");
        assertThat(ClusterNetwork.format(ClusterNetwork.firstAddress("192.168.0.0/24") + 2))
                .isEqualTo("192.168.0.2");
    }
}
