package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresClusterBuilderTest {
    private final PostgresClusterBuilder builder = PostgresCluster.builder();

    @AfterEach
    void forgetProperty() {
        System.clearProperty(PostgresClusterBuilder.BACKEND_PROPERTY);
    }

    @Test
    void defaultsAreOnePrimaryOfTheNewestVersionWithoutPooler() {
        ClusterSettings settings = builder.build();
        assertThat(settings.version()).isEqualTo("18");
        assertThat(settings.replicas()).isZero();
        assertThat(settings.pooled()).isFalse();
        assertThat(settings.backend()).isEqualTo(ClusterBackend.EMBEDDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"14", "18", "16.15", "17.11.0"})
    void takesMajorAndExactVersions(String version) {
        assertThat(builder.version(version).build().version()).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9.6", "13", "13.4", "18-beta", "latest"})
    void refusesVersionsThatAreTooOldOrNone(String version) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.version(version))
                .withMessageContaining("version is \"" + version + "\"")
                .withMessageContaining("from 14 on");
    }

    @Test
    void namesTheBadValueAndTheRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.replicas(9))
                .withMessageContaining("0 to 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.poolSize(0))
                .withMessageContaining("at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.setting("a b", "1"))
                .withMessageContaining("a b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.bouncerSetting("a", "1\nauth_type=any"))
                .withMessageContaining("single line");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.database("pgbouncer"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("postgres", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.initSql(" "));
    }

    @Test
    void keepsPasswordsOutOfMessages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.credentials("app", "hush\n"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
        assertThat(builder.credentials("app", "hush").build().toString()).doesNotContain("hush");
    }

    @Test
    void refusesWhatTheOldPoolerDoesNotKnow() {
        builder.pooled(true).pgbouncer(PgBouncerRelease.LEGACY).maxPreparedStatements(10);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("max_prepared_statements");
    }

    @Test
    void refusesPoolerSettingsWithoutPooler() {
        assertThatThrownBy(builder.poolSize(3)::build)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("pooled(true)");
    }

    @Test
    void backendComesFromThePropertyUnlessGiven() {
        System.setProperty(PostgresClusterBuilder.BACKEND_PROPERTY, "testcontainers");
        assertThat(builder.build().backend()).isEqualTo(ClusterBackend.TESTCONTAINERS);
        assertThat(builder.backend(ClusterBackend.EMBEDDED).build().backend()).isEqualTo(ClusterBackend.EMBEDDED);
        System.setProperty(PostgresClusterBuilder.BACKEND_PROPERTY, "podman");
        assertThatThrownBy(PostgresCluster.builder()::build)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("podman");
    }
}
