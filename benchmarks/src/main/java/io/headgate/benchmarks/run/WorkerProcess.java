package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Target;
import io.headgate.benchmarks.worker.Worker;
import io.headgate.benchmarks.worker.WorkerOrder;
import io.headgate.benchmarks.worker.WorkerResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running {@link Worker}. Used by one thread, in the order of the methods. */
final class WorkerProcess implements AutoCloseable {

    private final String contender;
    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private WorkerProcess(String contender, Process process, Path errors) {
        this.contender = contender;
        this.process = process;
        this.errors = errors;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static WorkerProcess start(JavaHome java, Target target, WorkerOrder order) {
        List<String> command = new ArrayList<>(java.command());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName(), order.toJson()));
        try {
            Path errors = Files.createTempFile("headgate-bench", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put(Worker.URLS, target.urls());
            return new WorkerProcess(order.contender(), builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + java.folder(), e);
        }
    }

    /** Waits until it is ready to begin. */
    void awaitReady() {
        String line = readLine();
        if (!Worker.READY.equals(line)) {
            throw failed("said '" + line + "' instead of being ready");
        }
    }

    /** Starts the measurement. */
    void go() {
        try {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            throw failed("ended before it began");
        }
    }

    /** Waits for the next tuning's result. */
    WorkerResult nextResult() {
        String line = readLine();
        if (line == null) {
            throw failed("ended without a result");
        }
        return WorkerResult.parse(line);
    }

    private @Nullable String readLine() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw failed("cannot be heard: " + e.getMessage());
        }
    }

    private ContenderFailedException failed(String what) {
        try {
            process.waitFor(1, TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
            String said = String.join("\n  ", lines.subList(0, Math.min(lines.size(), 12)));
            return new ContenderFailedException(
                    "the process of " + contender + " " + what + (said.isEmpty() ? "" : ":\n  " + said));
        } catch (IOException e) {
            return new ContenderFailedException("the process of " + contender + " " + what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ContenderFailedException("the process of " + contender + " " + what);
        }
    }

    /** Ends the process if it has not ended by itself. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
