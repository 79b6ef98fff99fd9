package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Every write is compared with what its caller was told, while sessions are killed, the server crashes, the pooler restarts
 * and callers give up. Afterwards nothing is left of it. Ten minutes for each driver, over its three routes, with
 * {@code -Dheadgate.test.long=true}.
 */
@EveryRoute
class LedgerIT extends FaultyLoad {

    private static final Logger logger = LoggerFactory.getLogger(LedgerIT.class);

    private static final Duration LENGTH = Duration.ofSeconds(Boolean.getBoolean("headgate.test.long") ? 200 : 6);

    /** Event loops and timers of a driver stay for the life of the JVM. */
    private static final int THREADS_OF_THE_PROCESS = 16;

    private final Route under;

    LedgerIT(Route route) {
        super(route);
        under = route;
    }

    @Test
    void holdsUnderFaultsAndLeavesNothing() {
        long sockets = OpenSockets.count();
        int threads = Thread.activeCount();
        long heap = heapAfterCollection();
        underLoad(() -> {
            List<Runnable> faults = new ArrayList<>(List.of(node::killBackends, node::killBackends, this::crash));
            if (under != Route.DIRECT) {
                faults.add(() -> node.bouncer().restart());
            }
            long end = System.nanoTime() + LENGTH.toNanos();
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                awaitMore(500);
                faults.get(i % faults.size()).run();
            }
            worksWithinASecond();
        });
        logger.info("{}: {} writes, errors {}", under, writes(), errors.size());
        forgetWrites();
        if (under != Route.DIRECT) {
            assertThat(clients()).isLessThanOrEqualTo(4);
        }
        db.close().block();
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + THREADS_OF_THE_PROCESS);
        assertThat(heapAfterCollection() - heap).as("bytes of heap kept").isLessThan(64 << 20);
        Awaitility.await().untilAsserted(() -> assertThat(OpenSockets.count()).isLessThanOrEqualTo(sockets));
        if (under != Route.DIRECT) {
            Awaitility.await().untilAsserted(() -> assertThat(clients()).isZero());
        }
    }

    @Override
    <T> Mono<T> givenUpNowAndThen(Mono<T> work) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return random.nextInt(20) == 0
                ? work.takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(3_000_000))))
                : work;
    }

    /** Which makes PostgreSQL end every other session and recover. */
    private void crash() {
        String pid = node.queryValue(
                "SELECT max(pid) FROM pg_stat_activity WHERE usename = 'app' AND backend_type = 'client backend'");
        if (pid != null) {
            node.crashBackend(Integer.parseInt(pid));
        }
    }

    private long clients() {
        return node.bouncer().show("CLIENTS").stream()
                .filter(client -> "app".equals(client.get("database")))
                .count();
    }

    private static long heapAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
