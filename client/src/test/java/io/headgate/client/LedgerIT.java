package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Before the inode, in the name of a descriptor. */
    private static final String SOCKET = "socket:[";

    /** The column of the kernel's table of sockets. */
    private static final int INODE = 9;

    private final Route under;

    LedgerIT(Route route) {
        super(route);
        under = route;
    }

    @Test
    void holdsUnderFaultsAndLeavesNothing() {
        long sockets = sockets();
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
        Awaitility.await().untilAsserted(() -> assertThat(sockets()).isLessThanOrEqualTo(sockets));
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

    /** Without those of UDP, of which the resolver of a client library keeps one an event loop. */
    private static long sockets() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Set<String> datagrams = inodes("udp");
            datagrams.addAll(inodes("udp6"));
            return open.map(LedgerIT::target)
                    .filter(target -> target.startsWith(SOCKET))
                    .filter(target -> !datagrams.contains(target.substring(SOCKET.length(), target.length() - 1)))
                    .count();
        } catch (IOException noLinux) {
            return 0;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static Set<String> inodes(String protocol) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/" + protocol))) {
            return lines.skip(1).map(line -> line.trim().split(" +")[INODE]).collect(Collectors.toSet());
        }
    }

    private static long heapAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
