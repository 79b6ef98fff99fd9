package io.headgate.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the program as a process of its own, because what matters is how it ends. */
@Timeout(120)
class ClusterCommandIT {

    @Test
    void theServersItNamesAnswerUntilItIsTerminated() throws Exception {
        Process program = start("--replicas", "1");
        try (BufferedReader output = program.inputReader()) {
            List<String> lines = readUntil(output, "Running.");
            List<URI> urls = lines.stream()
                    .filter(line -> line.contains(" postgresql://"))
                    .map(line -> URI.create(line.strip().split(" +", -1)[1]))
                    .toList();

            assertThat(lines).contains("node-1 primary", "node-2 replica");
            assertThat(urls).hasSize(4).allSatisfy(url -> new Socket(url.getHost(), url.getPort()).close());

            assertThat(lines)
                    .filteredOn(line -> line.startsWith("  r2dbc   r2dbc:headgate://"))
                    .hasSize(2);
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("  jdbc    jdbc:postgresql://"))
                    .hasSize(2);

            // The handle's destroy leaves the output open to be read, the process's does not.
            program.toHandle().destroy();

            assertThat(output.readLine()).isEqualTo("Stopped.");
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isEqualTo(128 + 15);
            assertThat(urls)
                    .allSatisfy(url -> assertThatThrownBy(() -> new Socket(url.getHost(), url.getPort()).close())
                            .isInstanceOf(IOException.class));
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void wrongUsageEndsItWithCodeTwoAndNamesTheOption() throws Exception {
        Process program = start("--nodes", "3");
        try (BufferedReader output = program.inputReader()) {
            assertThat(output.readLine()).contains("unknown option '--nodes'");
            assertThat(program.waitFor()).isEqualTo(2);
        }
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClusterCommand.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static List<String> readUntil(BufferedReader output, String start) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = output.readLine();
        while (line != null && !line.startsWith(start)) {
            lines.add(line);
            line = output.readLine();
        }
        assertThat(line).as("a line starting with '%s' after %s", start, lines).isNotNull();
        return lines;
    }
}
