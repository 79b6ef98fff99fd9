package io.headgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a cluster of some owner leaves on this machine while it lives: processes, folders, shared memory.
 *
 * @param processes process ids of servers and watchdogs whose command line names the owner's folders
 * @param folders the owner's folders
 */
record LiveServers(Set<Long> processes, Set<Path> folders) {

    static LiveServers now() {
        return of(ProcessHandle.current().pid());
    }

    /** The servers of the clusters that a JVM owns or owned. */
    static LiveServers of(long owner) {
        String mark = "/headgate-" + owner + "-";
        try (Stream<Path> processes = Files.list(Path.of("/proc"));
                Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new LiveServers(
                    processes
                            .filter(path -> path.getFileName().toString().matches("\\d+"))
                            .filter(path -> commandLine(path).contains(mark))
                            .map(path -> Long.valueOf(path.getFileName().toString()))
                            .collect(Collectors.toCollection(TreeSet::new)),
                    folders.filter(path -> path.toString().contains(mark))
                            .collect(Collectors.toCollection(TreeSet::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean areGone() {
        return processes.isEmpty() && folders.isEmpty();
    }

    /** Whether a process runs; one that only waits to be reaped does not. */
    static boolean runs(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
