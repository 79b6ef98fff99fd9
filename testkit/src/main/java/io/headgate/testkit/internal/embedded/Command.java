package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end and keeps what it printed. */
final class Command {

    /**
     * How a program ended.
     *
     * @param status its exit status
     * @param output standard output and standard error, in order of output
     */
    record Outcome(int status, String output) {
        boolean succeeded() {
            return status == 0;
        }
    }

    private Command() {}

    static Outcome run(Duration limit, List<String> command) {
        try {
            // A file, not a pipe: a surviving grandchild would hold the pipe open, and this thread would wait.
            Path output = Files.createTempFile("headgate-command", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        // Another user may have no access to the JVM's working folder.
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new ClusterException(shown(command) + " did not end within " + limit.toSeconds() + " s\n"
                            + Files.readString(output, StandardCharsets.UTF_8));
                }
                return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new ClusterException("Could not run " + shown(command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while running " + shown(command), e);
        }
    }

    static Outcome succeed(Duration limit, List<String> command) {
        Outcome outcome = run(limit, command);
        if (!outcome.succeeded()) {
            throw new ClusterException(
                    shown(command) + " ended with status " + outcome.status() + "\n" + outcome.output());
        }
        return outcome;
    }

    private static String shown(List<String> command) {
        return String.join(" ", command);
    }
}
