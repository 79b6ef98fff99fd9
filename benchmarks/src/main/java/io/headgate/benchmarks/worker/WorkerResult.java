package io.headgate.benchmarks.worker;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The result of one process with one tuning, as sent to the parent process.
 *
 * @param done statements, transactions or rows
 * @param errors requests that failed or whose answer had the wrong content
 * @param firstError the first error
 * @param nanos length of the measurement
 * @param cpuNanos CPU time of the process in that time
 * @param allocatedBytes bytes allocated in that time; negative if unknown
 * @param latencies in microseconds
 */
public record WorkerResult(
        long done,
        long errors,
        @Nullable String firstError,
        long nanos,
        long cpuNanos,
        long allocatedBytes,
        Histogram latencies) {

    static WorkerResult of(Window window, Usage used) {
        return new WorkerResult(
                window.done(),
                window.errors(),
                window.firstError(),
                used.nanos(),
                used.cpuNanos(),
                used.allocatedBytes(),
                window.latencies().copy());
    }

    /** The result as one line of JSON. */
    public String toJson() {
        ByteBuffer buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(buffer);
        return new JsonObject()
                .put("done", done)
                .put("errors", errors)
                .put("firstError", firstError)
                .put("nanos", nanos)
                .put("cpuNanos", cpuNanos)
                .put("allocatedBytes", allocatedBytes)
                .put("latencies", Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)))
                .encode();
    }

    /** Reads {@link #toJson}. */
    public static WorkerResult parse(String line) {
        JsonObject json = new JsonObject(line);
        try {
            ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(json.getString("latencies")));
            return new WorkerResult(
                    json.getLong("done"),
                    json.getLong("errors"),
                    json.getString("firstError"),
                    json.getLong("nanos"),
                    json.getLong("cpuNanos"),
                    json.getLong("allocatedBytes"),
                    Histogram.decodeFromCompressedByteBuffer(encoded, 0));
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a worker's result: " + line, e);
        }
    }
}
