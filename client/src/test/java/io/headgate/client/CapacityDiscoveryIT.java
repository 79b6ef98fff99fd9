package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.driver.netty.PgBouncerConsole;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.node.LanesAndLeases;
import io.headgate.testkit.PgBouncer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A plan from the live settings of a real PostgreSQL and a real PgBouncer, asked through that PgBouncer. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("io.headgate.client.Route#selectedPooled")
class CapacityDiscoveryIT {

    private final NettyDriver driver = NettyDriver.create(DataAccessListener.NONE);
    private final Route route;
    private final LanesAndLeases pool;
    private final PgBouncerConsole console;

    CapacityDiscoveryIT(Route route) {
        this.route = route;
        Mono<DriverConnection> connect = driver.connect(ConnectionSettings.parse(route.url()));
        this.pool = LanesAndLeases.create(
                Node.of("db", 5432),
                connect,
                PoolOptions.builder().maxConnections(1).build(),
                DataAccessListener.NONE,
                Schedulers.parallel());
        PgBouncer bouncer = route.node().bouncer();
        this.console = PgBouncerConsole.of(
                driver,
                ConnectionSettings.parse("postgresql://postgres:postgres@" + bouncer.host() + ":" + bouncer.port()
                        + "/app?connect_timeout=30"));
    }

    @BeforeEach
    void aSettingOfItsOwn() {
        console.run("SET query_wait_timeout = 4").block();
    }

    @AfterEach
    void close() {
        console.run("RELOAD").block();
        pool.close(Duration.ofSeconds(5)).then(driver.close()).block();
    }

    @Test
    void findsTheLimitsOfDatabaseAndPooler() {
        String max = route.node().queryValue("SHOW max_connections");
        String reserved = route.node().queryValue("SHOW superuser_reserved_connections");
        CapacityPlan plan = CapacityPlan.discover(pool, console::run, "app")
                .map(builder -> builder.peakRequestsPerSecond(1_000)
                        .serviceTime(Duration.ofMillis(1))
                        .build())
                .block();
        assertThat(plan.explain())
                .containsPattern("max_connections +" + max + " +" + reserved + " reserved")
                .containsPattern("pool_size +" + Route.SERVER_CONNECTIONS + " +0 in reserve")
                .containsPattern("max_client_conn +200")
                .containsPattern("query_wait_timeout +4 s");
        assertThat(plan.maxConnections()).isEqualTo(Route.SERVER_CONNECTIONS);
        assertThat(plan.binding()).isEqualTo("PgBouncer's pool_size");
        assertThat(plan.acquireTimeout()).isEqualTo(Duration.ofMillis(3_200));
    }

    @Test
    void aDatabaseThatPgBouncerDoesNotKnowIsAnErrorThatListsThose() {
        StepVerifier.create(CapacityPlan.discover(pool, console::run, "nowhere"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("\"nowhere\"")
                        .hasMessageContaining("app"));
    }
}
