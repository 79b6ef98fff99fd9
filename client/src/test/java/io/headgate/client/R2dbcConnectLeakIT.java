package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.r2dbc.R2dbcDriver;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Attempts to connect leave nothing behind in the driver or in the libraries below it, however they end. */
@EveryRoute
class R2dbcConnectLeakIT {

    private static final int AT_ONCE = 8;

    private final Route route;
    private final R2dbcDriver driver = R2dbcDriver.create(DataAccessListener.NONE);

    R2dbcConnectLeakIT(Route route) {
        this.route = route;
    }

    @AfterEach
    void close() {
        driver.close().block();
    }

    @Test
    void refusedAttemptsLeaveNothing() {
        leavesNothing("postgresql://app:secret@127.0.0.1:1/app", 2_000);
    }

    @Test
    void failedLoginsLeaveNothing() {
        leavesNothing(route.url().replace("secret", "wrong"), 300);
    }

    @Test
    void closedConnectionsLeaveNothing() {
        leavesNothing(route.url(), 300);
    }

    private void leavesNothing(String url, int attempts) {
        ConnectionSettings settings = ConnectionSettings.parse(url);
        connect(settings, attempts / 10);
        Map<String, Long> before = liveObjects();
        connect(settings, attempts);
        // what the last of them left to the event loops goes a little later
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(growth(before, liveObjects(), attempts / 3)).isEmpty());
    }

    private void connect(ConnectionSettings settings, int attempts) {
        Flux.range(0, attempts)
                .flatMap(
                        i -> driver.connect(settings)
                                .flatMap(connection -> connection.close())
                                .onErrorResume(error -> Mono.empty()),
                        AT_ONCE)
                .blockLast();
    }

    private static Map<String, Long> growth(Map<String, Long> before, Map<String, Long> after, int least) {
        Map<String, Long> grown = new TreeMap<>();
        after.forEach((name, count) -> {
            long more = count - before.getOrDefault(name, 0L);
            if (more >= least) {
                grown.put(name, more);
            }
        });
        return grown;
    }

    /** How many there are of each class, after a collection: lines of rank, count, bytes and class. */
    private static Map<String, Long> liveObjects() {
        String histogram;
        try {
            histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
        return Arrays.stream(histogram.split("\n"))
                .map(line -> line.trim().split("\\s+"))
                .filter(line -> line[0].endsWith(":") && line[3].matches("(io|reactor)\\..*"))
                .collect(Collectors.toMap(line -> line[3], line -> Long.parseLong(line[1]), Long::sum));
    }
}
