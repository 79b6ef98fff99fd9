package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Target;
import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Measurement;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * pgbench as a contender. It has no garbage to count and does not check the rows' content. Its CPU time comes from the shell's
 * {@code time}; its percentiles are of every tenth run of the script.
 *
 * @param script the script that it runs
 * @param tunings the tunings that calibration tries
 * @param pgbench the executable
 * @param target the database
 */
record PgbenchParticipant(PgbenchScript script, List<Tuning> tunings, String pgbench, Target target)
        implements Participant {

    private static final Path DEBIANS_FOLDER = Path.of("/usr/lib/postgresql");

    /** pgbench on the PATH, or the newest in Debian's folder. */
    static Optional<String> find() {
        List<Path> candidates = new ArrayList<>();
        if (Files.isDirectory(DEBIANS_FOLDER)) {
            try (Stream<Path> versions = Files.list(DEBIANS_FOLDER)) {
                versions.map(version -> version.resolve("bin/pgbench"))
                        .sorted((a, b) -> b.compareTo(a))
                        .forEach(candidates::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            candidates.add(Path.of(folder, "pgbench"));
        }
        return candidates.stream()
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    @Override
    public String key() {
        return script.key();
    }

    @Override
    public List<Measurement> run(List<Tuning> tried, Timing timing) throws InterruptedException {
        List<Measurement> measurements = new ArrayList<>();
        for (Tuning tuning : tried) {
            // its -T counts whole seconds
            long seconds = Math.max(1, Math.round(timing.measure() / 1e3));
            try {
                Path folder = Files.createTempDirectory("headgate-pgbench");
                try {
                    measurements.add(measure(folder, tuning.connections(), seconds));
                } finally {
                    delete(folder);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return measurements;
    }

    private Measurement measure(Path folder, int clients, long seconds) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.sql"), script.text(), StandardCharsets.UTF_8);
        Path output = folder.resolve("output");
        int threads = Math.min(clients, Runtime.getRuntime().availableProcessors());
        List<String> command = List.of(
                "bash",
                "-c",
                "TIMEFORMAT='cpu %U %S'; time \"$@\"",
                "bash",
                pgbench,
                "-n",
                "-M",
                "prepared",
                "-f",
                file.toString(),
                "-c",
                Integer.toString(clients),
                "-j",
                Integer.toString(threads),
                "-T",
                Long.toString(seconds),
                "-l",
                "--sampling-rate=0.1",
                "--log-prefix=" + folder.resolve("log"),
                "-h",
                target.host(),
                "-p",
                Integer.toString(target.port()),
                "-U",
                target.user(),
                target.database());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PGPASSWORD", target.password());
        builder.environment().put("PGSSLMODE", "disable");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            int code = process.waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (code != 0) {
                throw new ContenderFailedException("pgbench ended with code " + code + ": " + text.strip());
            }
            return PgbenchOutput.measurement(text, logs(folder), script.countedPerRun());
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static List<String> logs(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("log"))
                    .toList()) {
                lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
