package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoIT {

    private static final Pattern LIVE = Pattern.compile("Live: (http://127\\.0\\.0\\.1:\\d+)/");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final HttpClient browser = HttpClient.newHttpClient();

    private int run(String... arguments) {
        Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8));
        return new CommandLine(new Demo(console))
                .setErr(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void bothServicesAreShownSideBySide() throws Exception {
        CompletableFuture<Integer> exitCode =
                CompletableFuture.supplyAsync(() -> run("--seconds", "8", "--users", "30", "--port", "0"));

        String page = awaitPage();
        assertThat(get(page + "/").body()).contains("id=\"demo\"", "demo.js");
        assertThat(get(page + "/demo/state").body())
                .contains("\"driver\":\"Headgate\"", "\"driver\":\"R2DBC Pool\"")
                .contains("\"lanes\":", "\"leases\":", "\"rePrepared\":", "\"serverConnections\":")
                .contains("\"serverConnectionsLimit\":8");
        assertThat(get(page + "/demo/pooler/restart").statusCode()).isNotEqualTo(204);
        assertThat(restart(page, "http://evil.example").statusCode()).isEqualTo(403);
        assertThat(restart(page, page).statusCode()).isEqualTo(204);

        assertThat(exitCode.get()).as(output()).isZero();
        assertThat(output())
                .contains(
                        "1. Warm-up",
                        "2. The same load",
                        "3. Faults",
                        "4. Replicas",
                        "5. The ledger",
                        "6. What to try next")
                .containsPattern("reads on replicas +[1-9][\\d,]* of [\\d,]+: [\\d.]+ %")
                .containsPattern("on the primary instead +[1-9][\\d,]*: .*not replayed [1-9]")
                .containsPattern("stale reads found +0 of [1-9][\\d,]*")
                .contains("requests a second", "HTTP time, p50 / p99", "server connections busy")
                .contains("A table is altered", "The pooler dies", "Clients hang up")
                .containsPattern("Headgate +[\\d,]+ confirmed.*they agree")
                .doesNotContain("secret");
    }

    @Test
    void oneDriverMayRunAlone() {
        int exitCode = run("--seconds", "2", "--users", "20", "--port", "0", "--driver", "r2dbc-pool");

        assertThat(output())
                .containsPattern("R2DBC Pool +[\\d,]+ confirmed")
                .contains("4. The ledger")
                .doesNotContain("Headgate ", "Replicas")
                .doesNotContain("secret");
        assertThat(exitCode).as(output()).isZero();
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

    private String awaitPage() {
        Matcher live = LIVE.matcher("");
        await().atMost(Duration.ofMinutes(3)).until(() -> live.reset(output()).find());
        return live.group(1);
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return browser.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> restart(String page, String origin) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(URI.create(page + "/demo/pooler/restart"))
                        .header("Origin", origin)
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
