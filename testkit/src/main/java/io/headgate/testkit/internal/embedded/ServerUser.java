package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The user that the servers run as. PostgreSQL and PgBouncer refuse root. So root runs them as {@code nobody}, through {@code
 * setpriv}, which is replaced by the server process and needs no user namespace. Other users run them as themselves.
 */
final class ServerUser {
    private static final String UNPRIVILEGED = "nobody";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> prefix;
    private final String name;

    private ServerUser(String name, List<String> prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    static ServerUser ofThisMachine() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw new ClusterException("The embedded backend runs on Linux, and this is "
                    + System.getProperty("os.name") + "; use backend(ClusterBackend.TESTCONTAINERS)");
        }
        if (!isRoot()) {
            return new ServerUser(System.getProperty("user.name", ""), List.of());
        }
        String group = Command.succeed(LIMIT, List.of("id", "-g", UNPRIVILEGED))
                .output()
                .strip();
        return new ServerUser(
                UNPRIVILEGED,
                List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + group, "--clear-groups", "--"));
    }

    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new ClusterException("Could not read /proc/self; the embedded backend needs /proc", e);
        }
    }

    String name() {
        return name;
    }

    /** The command line that runs a command as this user; the process becomes the command, no parent stays behind. */
    List<String> command(List<String> command) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(command);
        return line;
    }

    /** Runs a short program as this user; see {@link Command#run}. */
    Command.Outcome run(Duration limit, List<String> command) {
        return Command.run(limit, command(command));
    }

    boolean canEnter(Path folder) {
        return run(LIMIT, List.of("test", "-x", folder.toString())).succeeded();
    }

    boolean canExecute(Path program) {
        return run(LIMIT, List.of("test", "-x", program.toString())).succeeded();
    }

    /** Makes a file or folder this user's own. */
    void own(Path path) {
        if (prefix.isEmpty()) {
            return;
        }
        try {
            Files.setOwner(path, principal());
        } catch (IOException e) {
            throw new ClusterException("Could not give " + path + " to " + name, e);
        }
    }

    boolean owns(Path path) {
        try {
            return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(principal());
        } catch (IOException e) {
            return false;
        }
    }

    private UserPrincipal principal() throws IOException {
        return Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    }
}
