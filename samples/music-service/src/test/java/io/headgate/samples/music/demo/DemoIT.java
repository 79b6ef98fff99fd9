package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DemoIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... arguments) {
        Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8));
        return new CommandLine(new Demo(console))
                .setErr(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"headgate", "r2dbc-pool"})
    void everyConfirmedPlayIsInTheDatabase(String driver) {
        int exitCode = run("--seconds", "3", "--users", "50", "--port", "0", "--driver", driver);

        assertThat(output())
                .contains("driver " + driver, "Loaded 4,000 tracks", "requests/s", "errors              0")
                .contains("recorded in the database\n")
                .doesNotContain("secret");
        assertThat(exitCode).isZero();
    }

    @Test
    void aTakenPortIsToldBeforeAnythingStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exitCode = run("--port", String.valueOf(taken.getLocalPort()));

            assertThat(exitCode).isEqualTo(1);
            assertThat(output())
                    .contains("Port " + taken.getLocalPort() + " is taken")
                    .doesNotContain("Starting");
        }
    }

    @Test
    void wrongUsageIsExplained() {
        assertThat(run("--driver", "odbc")).isEqualTo(2);
        assertThat(run("--users", "0")).isEqualTo(2);

        assertThat(output()).contains("headgate, r2dbc-pool", "at least 1");
    }
}
