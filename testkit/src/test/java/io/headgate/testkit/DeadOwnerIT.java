package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a cluster whose JVM dies without closing it. */
@Timeout(120)
class DeadOwnerIT {

    /** Starts a cluster, says so, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws Exception {
            PostgresCluster cluster =
                    PostgresCluster.builder().replicas(1).pooled(true).start();
            if (arguments.length > 0 && arguments[0].equals("broken")) {
                cluster.primary().kill();
                cluster.replicas().get(0).freeze();
            }
            System.out.println("ready");
            if (arguments.length > 0 && arguments[0].equals("exit")) {
                return;
            }
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    private static Process startOwner(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName()));
        command.addAll(List.of(arguments));
        Process owner = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        while (line != null && !line.equals("ready")) {
            line = output.readLine();
        }
        assertThat(line).as("the owner has started its cluster").isEqualTo("ready");
        return owner;
    }

    private static List<Long> childrenOf(Process owner) {
        return owner.toHandle().descendants().map(ProcessHandle::pid).toList();
    }

    private static void assertNothingIsLeftOf(Process owner, List<Long> children) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(LiveServers.of(owner.pid()))
                    .satisfies(left -> assertThat(left.areGone()).isTrue());
            assertThat(children).noneMatch(LiveServers::runs);
        });
    }

    @Test
    void killedJvmTakesItsServersAndFilesAlong() throws Exception {
        Process owner = startOwner();
        List<Long> children = childrenOf(owner);
        assertThat(children).hasSizeGreaterThan(10);
        assertThat(LiveServers.of(owner.pid()).folders()).hasSize(1);
        owner.destroyForcibly().waitFor();
        assertNothingIsLeftOf(owner, children);
    }

    @Test
    void killedJvmTakesFrozenServersAndSharedMemoryOfKilledOnesAlong() throws Exception {
        Process owner = startOwner("broken");
        List<Long> children = childrenOf(owner);
        List<String> segments = sharedMemoryOf(owner);
        assertThat(segments).hasSize(2);
        assertThat(sharedMemory()).containsAll(segments);
        owner.destroyForcibly().waitFor();
        assertNothingIsLeftOf(owner, children);
        assertThat(sharedMemory()).doesNotContainAnyElementsOf(segments);
    }

    @Test
    void endingJvmThatForgotToCloseLeavesNothing() throws Exception {
        Process owner = startOwner("exit");
        owner.waitFor();
        assertNothingIsLeftOf(owner, List.of());
    }

    @Test
    void nextStartRemovesWhatAKilledJvmAndWatchdogLeft() throws Exception {
        Process owner = startOwner();
        List<Long> children = childrenOf(owner);
        owner.toHandle()
                .children()
                .filter(child -> commandLine(child.pid()).contains("watchdog.sh"))
                .forEach(ProcessHandle::destroyForcibly);
        owner.destroyForcibly().waitFor();
        assertThat(children).anyMatch(LiveServers::runs);
        assertThat(LiveServers.of(owner.pid()).folders()).hasSize(1);

        PostgresCluster.builder().start().close();

        assertNothingIsLeftOf(owner, children);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** The ids of the System V segments of an owner's servers, which PostgreSQL notes in line 7 of its lock file. */
    private static List<String> sharedMemoryOf(Process owner) throws IOException {
        List<String> segments = new ArrayList<>();
        for (Path folder : LiveServers.of(owner.pid()).folders()) {
            for (String node : List.of("node-1", "node-2")) {
                List<String> lock = Files.readAllLines(folder.resolve(node).resolve("data/postmaster.pid"));
                segments.add(lock.get(6).strip().split("\\s+", -1)[1]);
            }
        }
        return segments;
    }

    /** The ids of all System V segments of this machine. */
    private static List<String> sharedMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1)[1])
                .toList();
    }
}
