package io.headgate.testkit.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PgBouncerRelease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PgBouncerScriptIT {
    private final ServerUser user = ServerUser.ofThisMachine();
    private final CacheFolder cache = CacheFolder.of(user);

    @TempDir
    private Path folder;

    private Path script;

    /** Integration tests run against the jar, where the script is no file of its own. */
    @BeforeEach
    void copyScript() throws IOException {
        script = folder.resolve("provide-pgbouncer.sh");
        try (InputStream resource = PgBouncerBinary.class.getResourceAsStream(PgBouncerBinary.SCRIPT)) {
            Files.copy(Objects.requireNonNull(resource), script);
        }
    }

    @AfterEach
    void forgetProperties() {
        System.clearProperty("headgate.pgbouncer");
        System.clearProperty("headgate.pgbouncer.legacy");
    }

    private Command.Outcome script(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        return Command.run(Duration.ofMinutes(5), command);
    }

    @Test
    void explainsItselfAndRefusesWhatItDoesNotKnow() {
        assertThat(script("--help"))
                .satisfies(outcome -> assertThat(outcome.status()).isZero())
                .satisfies(outcome -> assertThat(outcome.output()).contains("--current", "--legacy", "Exit status"));
        assertThat(script("--nonsense"))
                .satisfies(outcome -> assertThat(outcome.status()).isEqualTo(2))
                .satisfies(outcome -> assertThat(outcome.output()).contains("unknown argument --nonsense"));
    }

    @Test
    void keepsItsBinariesWhereTheTestkitLooks() {
        assertThat(script("--cache-dir").output().strip())
                .isEqualTo(cache.path().toString());
    }

    @ParameterizedTest
    @MethodSource("io.headgate.testkit.WantedReleases#all")
    void twoRunsAtOnceAgreeOnOneBinaryOfTheRelease(PgBouncerRelease release) throws Exception {
        String option = release == PgBouncerRelease.CURRENT ? "--current" : "--legacy";
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> {
            return lastLine(script(option));
        });
        String binary = lastLine(script(option));
        assertThat(other.get()).isEqualTo(binary);
        assertThat(Files.isExecutable(Path.of(binary))).isTrue();
        Command.Outcome version = user.run(Duration.ofSeconds(10), List.of(binary, "--version"));
        assertThat(version.output())
                .containsPattern(release == PgBouncerRelease.CURRENT ? "1\\.(2[1-9]|[3-9]\\d)" : "1\\.(1\\d|20)");
    }

    private static String lastLine(Command.Outcome outcome) {
        assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
        List<String> lines = outcome.output().lines().toList();
        return lines.get(lines.size() - 1);
    }

    @Test
    @DisabledIfSystemProperty(
            named = "headgate.test.without-legacy",
            matches = "true",
            disabledReason = "run without PgBouncer 1.18")
    void namedBinaryMustExistAndBeOfTheRelease() {
        System.setProperty("headgate.pgbouncer", "/nowhere/pgbouncer");
        assertThatThrownBy(() -> PgBouncerBinary.provide(PgBouncerRelease.CURRENT, user, cache))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("headgate.pgbouncer")
                .hasMessageContaining("/nowhere/pgbouncer");
        PgBouncerBinary legacy = PgBouncerBinary.provide(PgBouncerRelease.LEGACY, user, cache);
        System.setProperty("headgate.pgbouncer", legacy.path().toString());
        assertThatThrownBy(() -> PgBouncerBinary.provide(PgBouncerRelease.CURRENT, user, cache))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining(legacy.version())
                .hasMessageContaining("at least 1.21");
        System.setProperty("headgate.pgbouncer.legacy", legacy.path().toString());
        assertThat(PgBouncerBinary.provide(PgBouncerRelease.LEGACY, user, cache))
                .isEqualTo(legacy);
    }
}
