package io.headgate.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sockets that this process has open, but for those of UDP, of which the resolver of a client library keeps one an event loop. On
 * other systems than Linux there are none to see.
 */
final class OpenSockets {

    /** Before the inode, in the name of a descriptor. */
    private static final String SOCKET = "socket:[";

    /** The column of the kernel's table of sockets. */
    private static final int INODE = 9;

    private OpenSockets() {}

    static long count() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Set<String> datagrams = inodes("udp");
            datagrams.addAll(inodes("udp6"));
            return open.map(OpenSockets::target)
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
}
