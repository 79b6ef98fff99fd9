package io.headgate.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.headgate.testkit.PostgresCluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class SharedPostgresIT {
    /** The clusters that the inner test classes were given, in order. */
    private static final List<PostgresCluster> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    private static EngineExecutionResults run(Class<?>... classes) {
        EngineTestKit.Builder engine = EngineTestKit.engine("junit-jupiter");
        for (Class<?> type : classes) {
            engine.selectors(selectClass(type));
        }
        return engine.execute();
    }

    @SharedPostgres
    static class Everywhere {
        static @Nullable PostgresCluster ofClass;

        @Nullable
        PostgresCluster ofInstance;

        Everywhere(PostgresCluster ofConstructor) {
            SEEN.add(ofConstructor);
        }

        @BeforeAll
        static void beforeAll(PostgresCluster ofLifeCycle) {
            assertThat(ofClass).isSameAs(ofLifeCycle);
        }

        @AfterAll
        static void afterAll() {
            ofClass = null;
        }

        @Test
        void test(PostgresCluster ofMethod) {
            assertThat(SEEN).contains(ofMethod);
            assertThat(ofInstance).isSameAs(ofMethod);
            assertThat(ofMethod.primary().queryValue("SELECT 1")).isEqualTo("1");
        }

        @Nested
        class Inner {
            @Test
            void nested(PostgresCluster ofMethod) {
                SEEN.add(ofMethod);
            }
        }
    }

    @SharedPostgres
    static class EqualOne {
        @Test
        void test(PostgresCluster cluster) {
            SEEN.add(cluster);
        }
    }

    @SharedPostgres(settings = "max_connections = 33")
    static class OtherOne {
        @Test
        void test(PostgresCluster cluster) {
            SEEN.add(cluster);
            assertThat(cluster.primary().queryValue("SHOW max_connections")).isEqualTo("33");
        }
    }

    @Test
    void equalAnnotationsShareOneClusterWhichIsClosedAtTheEnd() {
        run(Everywhere.class, EqualOne.class, OtherOne.class)
                .testEvents()
                .assertStatistics(events -> events.started(4).succeeded(4));
        assertThat(SEEN).hasSizeGreaterThanOrEqualTo(4);
        assertThat(SEEN.stream().distinct()).hasSize(2);
        assertThat(SEEN)
                .allSatisfy(cluster -> assertThat(cluster.primary().isRunning()).isFalse());
    }

    @SharedPostgres(pooled = true)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Faulty {
        @Test
        @Order(1)
        void breaksThingsAndFails(PostgresCluster cluster) {
            cluster.primary().bouncer().pause();
            cluster.primary().proxy().refuse();
            cluster.primary().kill();
            throw new IllegalStateException("on purpose");
        }

        @Test
        @Order(2)
        void findsThemWhole(PostgresCluster cluster) {
            assertThat(cluster.primary().isRunning()).isTrue();
            assertThat(cluster.primary().queryValue("SELECT 1")).isEqualTo("1");
            assertThat(cluster.primary().bouncer().show("DATABASES"))
                    .allSatisfy(row -> assertThat(row).containsEntry("paused", "0"));
        }
    }

    @Test
    void faultsOfATestAreUndoneEvenWhenItFails() {
        run(Faulty.class)
                .testEvents()
                .assertStatistics(events -> events.failed(1).succeeded(1));
    }

    @SharedPostgres(settings = "max_connections")
    static class Misconfigured {
        @Test
        void test(PostgresCluster cluster) {
            SEEN.add(cluster);
        }
    }

    @Test
    void settingWithoutValueIsExplained() {
        assertThat(run(Misconfigured.class).testEvents().failed().stream())
                .singleElement()
                .asString()
                .contains("name=value");
    }
}
