package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.testkit.FaultProxy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Attempts to connect, successful or not, leave nothing behind. */
@ParameterizedClass
@EveryRoute
class ConnectLeakIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int AT_ONCE = 16;

    /** Some hundred bytes an attempt where it is refused, some thousand where it is made: other tests' are fewer. */
    private static final long KEPT_BYTES = 1_500_000;

    private final Route route;

    ConnectLeakIT(Route route) {
        this.route = route;
    }

    /** Where the server does not encrypt, "prefer" goes on in clear on the connection that it has. */
    @ParameterizedTest
    @ValueSource(strings = {"prefer", "disable"})
    void aConnectionIsOneSocket(String mode) {
        int port = ConnectionSettings.parse(route.url()).port();
        try (FaultProxy proxy = FaultProxy.inFrontOf("127.0.0.1", port)) {
            Headgate db = DriverUnderTest.client()
                    .node(proxy.through(route.url()) + "?sslmode=" + mode)
                    .maxConnections(1)
                    .build();
            assertThat(db.sql("SELECT 1").one().block(SOON)).isNotNull();
            assertThat(proxy.acceptedConnections()).isEqualTo(1);
            assertThat(proxy.openConnections()).isEqualTo(1);
            db.close().block(SOON);
            Awaitility.await().until(() -> proxy.openConnections() == 0);
        }
    }

    @Test
    void refusedAttemptsLeaveNothing() {
        leaveNothing(
                ConnectionSettings.parse("postgresql://app:secret@127.0.0.1:1/app?sslmode=disable&connect_timeout=2"),
                Settings.number(5_000, 100_000));
    }

    @Test
    void connectionsThatAreClosedLeaveNothing() {
        leaveNothing(ConnectionSettings.parse(route.url()), Settings.number(600, 4_000));
    }

    private static void leaveNothing(ConnectionSettings settings, int count) {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        SqlDriver driver = DriverUnderTest.create();
        attempt(driver, settings, count / 5);
        long heap = used();
        int threads = Thread.activeCount();
        long descriptors = descriptors();
        attempt(driver, settings, count);
        Awaitility.await().untilAsserted(() -> {
            assertThat(used() - heap).as("bytes of heap").isLessThan(KEPT_BYTES);
            assertThat(descriptors() - descriptors).as("descriptors").isLessThan(20);
            assertThat(Thread.activeCount() - threads).as("threads").isLessThan(10);
        });
        driver.close().block(SOON);
    }

    private static void attempt(SqlDriver driver, ConnectionSettings settings, int count) {
        Flux.range(0, count)
                .flatMap(
                        i -> driver.connect(settings)
                                .flatMap(connected -> connected.close())
                                .onErrorResume(refused -> Mono.empty()),
                        AT_ONCE)
                .then()
                .block(Duration.ofMinutes(5));
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }
}
