package io.headgate.testkit.internal.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection. One thread reads chunks and records when each is due; another writes them then. Two threads,
 * so that a delay does not limit how many bytes are in transit. The chunks between them are guarded by this object's monitor,
 * which is also where both wait for faults to change.
 */
final class Flow {
    private static final int CHUNK = 16 * 1024;
    /** About what a kernel buffers for a link with high latency and bandwidth; beyond it the sender must wait. */
    private static final int MOST_BUFFERED = 4 * 1024 * 1024;
    /** How often a limited flow writes: finer than any timeout under test. */
    private static final int SLICES_PER_SECOND = 50;

    private static final long NO_CUT = Long.MAX_VALUE;

    private record Chunk(byte[] bytes, long due) {}

    private final Supplier<Faults> faults;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private int buffered;
    private boolean ended;
    private boolean closed;
    private long untilCut = NO_CUT;

    Flow(Supplier<Faults> faults) {
        this.faults = faults;
    }

    /** Cuts the connection after this number of further bytes. */
    synchronized void cutAfter(long bytes) {
        untilCut = bytes;
        notifyAll();
    }

    synchronized void neverCut() {
        untilCut = NO_CUT;
    }

    /** Called when faults have changed. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Reads until the source ends; runs on a thread of its own. */
    void read(Socket source) throws IOException, InterruptedException {
        InputStream in = source.getInputStream();
        byte[] buffer = new byte[CHUNK];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            synchronized (this) {
                while (buffered > MOST_BUFFERED && !closed) {
                    wait();
                }
                chunks.add(new Chunk(
                        Arrays.copyOf(buffer, count),
                        System.nanoTime() + faults.get().delayNanos()));
                buffered += count;
                notifyAll();
            }
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    /**
     * Writes what was read, until all is written; runs on a thread of its own.
     *
     * @return false when the connection is to be cut
     */
    boolean write(Socket sink) throws IOException, InterruptedException {
        OutputStream out = sink.getOutputStream();
        for (byte[] bytes = nextDue(); bytes != null; bytes = nextDue()) {
            if (!write(out, bytes)) {
                return false;
            }
        }
        // Only after all was written: a reset connection must not look like an orderly end.
        if (hasEnded()) {
            sink.shutdownOutput();
        }
        return true;
    }

    private synchronized boolean hasEnded() {
        return ended && !closed;
    }

    private synchronized byte @Nullable [] nextDue() throws InterruptedException {
        while (!closed) {
            Chunk next = chunks.peek();
            if (next == null && ended) {
                return null;
            }
            long wait = next == null || faults.get().blackHole() ? Long.MAX_VALUE : next.due - System.nanoTime();
            if (next != null && wait <= 0) {
                chunks.remove();
                buffered -= next.bytes.length;
                notifyAll();
                return next.bytes;
            }
            await(wait);
        }
        return null;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void await(long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            wait();
        } else {
            // Rounded up: a wait of zero would last for ever.
            wait(nanos / 1_000_000 + 1);
        }
    }

    private boolean write(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        int offset = 0;
        while (offset < bytes.length) {
            long rate = faults.get().bytesPerSecond();
            int slice = (int) Math.min(bytes.length - offset, Math.max(1, rate / SLICES_PER_SECOND));
            int allowed = claim(slice);
            out.write(bytes, offset, allowed);
            offset += allowed;
            if (isCut()) {
                return false;
            }
            if (rate != Long.MAX_VALUE) {
                pause(allowed * 1_000_000_000L / rate);
            }
        }
        return true;
    }

    private synchronized int claim(int wanted) {
        int allowed = (int) Math.min(wanted, untilCut);
        if (untilCut != NO_CUT) {
            untilCut -= allowed;
        }
        return allowed;
    }

    private synchronized boolean isCut() {
        return untilCut == 0;
    }

    /** The time that bytes take at the limit, cut short when the limit is lifted. */
    private synchronized void pause(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed && faults.get().bytesPerSecond() != Long.MAX_VALUE; ) {
            await(left);
            left = end - System.nanoTime();
        }
    }
}
