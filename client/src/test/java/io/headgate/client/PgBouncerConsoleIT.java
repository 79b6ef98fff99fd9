package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.driver.vertx.VertxDriver;
import io.headgate.testkit.PgBouncer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** PgBouncer's console, on both releases. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("io.headgate.client.Route#selectedPooled")
class PgBouncerConsoleIT {

    private static final VertxDriver VERTX = VertxDriver.create(DataAccessListener.NONE);
    private static final NettyDriver NETTY = NettyDriver.create(DataAccessListener.NONE);

    private final Route route;

    PgBouncerConsoleIT(Route route) {
        this.route = route;
    }

    @AfterAll
    static void closeDriver() {
        VERTX.close().then(NETTY.close()).block();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONFIG", "DATABASES", "POOLS", "STATS", "VERSION"})
    void showsWhatThePoolerShows(String what) {
        List<Map<String, String>> rows =
                console("postgres:postgres").apply("SHOW " + what).block();
        List<Map<String, String>> expected = route.node().bouncer().show(what);
        assertThat(rows).hasSameSizeAs(expected).isNotEmpty();
        assertThat(rows.get(0).keySet())
                .containsExactlyElementsOf(expected.get(0).keySet());
        if (what.equals("CONFIG") || what.equals("VERSION")) {
            assertThat(rows).isEqualTo(expected);
        }
    }

    @Test
    void commandsTakeEffect() {
        Function<String, Mono<List<Map<String, String>>>> console = console("postgres:postgres");
        StepVerifier.create(console.apply("SET query_wait_timeout = 77").then(console.apply("SHOW CONFIG")))
                .assertNext(rows -> assertThat(rows)
                        .anyMatch(row -> "query_wait_timeout".equals(row.get("key")) && "77".equals(row.get("value"))))
                .verifyComplete();
        console.apply("RELOAD").block();
    }

    @Test
    void aCommandThatIsUnknownIsAnErrorThatNamesIt() {
        StepVerifier.create(console("postgres:postgres").apply("SHOW NONSENSE"))
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(DatabaseException.class).hasMessageContaining("SHOW NONSENSE"));
    }

    @Test
    void aUserWhoMayNotIsAnErrorOfConfiguration() {
        StepVerifier.create(console("app:secret").apply("SHOW CONFIG"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("\"app\"")
                        .hasMessageContaining("admin_users"));
    }

    @Test
    void noConnectionIsLeftBehind() {
        PgBouncer bouncer = route.node().bouncer();
        for (int i = 0; i < 20; i++) {
            console("postgres:postgres").apply("SHOW POOLS").block();
        }
        for (int i = 0; i < 20; i++) {
            console("postgres:postgres").apply("SHOW POOLS").subscribe().dispose();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(bouncer.show("CLIENTS"))
                        .filteredOn(row -> "pgbouncer".equals(row.get("database")))
                        .hasSize(1));
    }

    /** That of the driver under test. */
    private Function<String, Mono<List<Map<String, String>>>> console(String credentials) {
        PgBouncer bouncer = route.node().bouncer();
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://" + credentials + "@" + bouncer.host()
                + ":" + bouncer.port() + "/app?connect_timeout=30");
        return DriverUnderTest.selected() == DriverUnderTest.NETTY
                ? io.headgate.driver.netty.PgBouncerConsole.of(NETTY, settings)::run
                : io.headgate.driver.vertx.PgBouncerConsole.of(VERTX, settings)::run;
    }
}
