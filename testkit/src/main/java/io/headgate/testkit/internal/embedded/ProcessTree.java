package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.internal.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process with its children. Not a process group: every backend of PostgreSQL is a group of its own.
 *
 * <p>Operations on the whole tree first stop the root, so that no new child is missed.
 */
final class ProcessTree {
    private static final Duration SIGNALLING = Duration.ofSeconds(10);

    private final Process root;

    ProcessTree(Process root) {
        this.root = root;
    }

    boolean isAlive() {
        return root.isAlive();
    }

    Process root() {
        return root;
    }

    void signalRoot(String signal) {
        send(signal, List.of(root.pid()));
    }

    void freeze() {
        signalRoot("STOP");
        send("STOP", pids());
    }

    void thaw() {
        send("CONT", pids());
    }

    /** Returns when no process of the tree is left, so that files, ports and shared memory are free. */
    void kill() {
        signalRoot("STOP");
        List<Long> pids = pids();
        send("KILL", pids);
        // the JVM notices its child's end a moment after the system
        Await.until(
                () -> !root.isAlive() && pids.stream().allMatch(ProcessTree::isGone),
                () -> "Processes " + pids + " survive SIGKILL");
    }

    private List<Long> pids() {
        try (Stream<ProcessHandle> descendants = root.toHandle().descendants()) {
            List<Long> pids = new ArrayList<>();
            pids.add(root.pid());
            descendants.forEach(child -> pids.add(child.pid()));
            return pids;
        }
    }

    /** Sends a signal to processes that may have ended. */
    static void send(String signal, List<Long> pids) {
        // The shell's built-in kill: many container images have no kill program.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\" 2>/dev/null", "kill"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        Command.run(SIGNALLING, command);
    }

    /** A zombie counts as gone: where the machine's first process does not reap, orphans stay zombies for ever. */
    static boolean isGone(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException e) {
            return true;
        }
    }
}
