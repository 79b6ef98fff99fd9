package io.headgate.testkit.consistency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets many users write unique values and read them back, and proves for each read and for the end that
 *
 * <ul>
 *   <li>a session sees what it wrote (read your writes),
 *   <li>a session sees what it has seen before (monotonic reads),
 *   <li>no acknowledged write is lost, no value is there twice, and none whose write was reported as not executed.
 * </ul>
 *
 * <p>Make faults while it runs. Immutable: each setter returns a new checker.
 *
 * <pre>{@code ConsistencyChecker.create().sessions(50).operations(500_000).run(database).requireClean();}</pre>
 *
 * @see <a href="https://jepsen.io/consistency/models">Jepsen, Consistency Models</a>
 */
public final class ConsistencyChecker {

    /** At the end nothing disturbs the database. */
    private static final Duration LAST_READ = Duration.ofSeconds(30);

    private final int sessions;
    private final long operations;
    private final Duration length;
    private final double writes;
    private final long seed;

    private ConsistencyChecker(int sessions, long operations, Duration length, double writes, long seed) {
        this.sessions = sessions;
        this.operations = operations;
        this.length = length;
        this.writes = writes;
        this.seed = seed;
    }

    /** A checker with the default settings, which each setter names. */
    public static ConsistencyChecker create() {
        return new ConsistencyChecker(
                20, 10_000, Duration.ZERO, 0.3, ThreadLocalRandom.current().nextLong(1_000_000));
    }

    /**
     * How many users there are; each has one operation at a time.
     *
     * @param users at least 1; default 20
     */
    public ConsistencyChecker sessions(int users) {
        if (users < 1) {
            throw new IllegalArgumentException("sessions is " + users + "; it must be at least 1");
        }
        return new ConsistencyChecker(users, operations, length, writes, seed);
    }

    /**
     * How many operations there are at least, of all users together.
     *
     * @param atLeast 0 or more; default 10,000
     */
    public ConsistencyChecker operations(long atLeast) {
        if (atLeast < 0) {
            throw new IllegalArgumentException("operations is " + atLeast + "; it must be 0 or more");
        }
        return new ConsistencyChecker(sessions, atLeast, length, writes, seed);
    }

    /** How long it lasts at least, also after all operations are done; default zero. */
    public ConsistencyChecker length(Duration atLeast) {
        return new ConsistencyChecker(sessions, operations, Objects.requireNonNull(atLeast, "atLeast"), writes, seed);
    }

    /**
     * The share of writes among the operations. Half of them are directly followed by a read of the same key.
     *
     * @param share 0 to 1; default 0.3
     */
    public ConsistencyChecker writes(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("writes is " + share + "; it must be from 0 to 1");
        }
        return new ConsistencyChecker(sessions, operations, length, share, seed);
    }

    /** Repeats the choices of an earlier run; by default random. The answers of the database decide about the rest. */
    public ConsistencyChecker seed(long ofEarlierRun) {
        return new ConsistencyChecker(sessions, operations, length, writes, ofEarlierRun);
    }

    /**
     * Runs it. Blocks until all sessions have ended and the last reads are answered. An operation that never ends makes this wait for ever.
     *
     * @throws IllegalStateException if the last reads fail
     */
    public ConsistencyReport run(CheckedDatabase database) {
        Findings findings = new Findings();
        Keys keys = new Keys();
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "consistency-checker");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long start = System.nanoTime();
            AtomicLong left = new AtomicLong(operations);
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                CheckedSession session =
                        new CheckedSession(i, database, keys, findings, new Random(seed + i), writes, start);
                CompletableFuture<Void> end = new CompletableFuture<>();
                ends.add(end);
                executor.execute(() -> goOn(session, left, start + length.toNanos(), executor, end));
            }
            ends.forEach(CompletableFuture::join);
            checkTheEnd(database, keys, findings);
        } finally {
            executor.shutdownNow();
        }
        return findings.report(seed);
    }

    private static void goOn(
            CheckedSession session,
            AtomicLong left,
            long until,
            ExecutorService executor,
            CompletableFuture<Void> end) {
        if (left.getAndDecrement() <= 0 && System.nanoTime() - until >= 0) {
            end.complete(null);
            return;
        }
        CompletableFuture<Void> goesOn =
                session.next().thenRunAsync(() -> goOn(session, left, until, executor, end), executor);
        goesOn.exceptionally(failure -> {
            end.completeExceptionally(failure);
            return null;
        });
    }

    private static void checkTheEnd(CheckedDatabase database, Keys keys, Findings findings) {
        for (long key = 1; key <= keys.lastKey(); key++) {
            List<Long> values = atTheEnd(database, key);
            Set<Long> there = new HashSet<>();
            for (long value : values) {
                if (!there.add(value)) {
                    findings.violation(Violation.Kind.DUPLICATE, "at the end, key " + key + " has " + value + " twice");
                }
                if (keys.isPhantom(value)) {
                    findings.violation(
                            Violation.Kind.PHANTOM,
                            "at the end, key " + key + " has " + value + ", whose write was not executed");
                }
            }
            for (Keys.Write write : keys.acknowledged(key)) {
                if (!there.contains(write.value())) {
                    findings.violation(Violation.Kind.LOST_WRITE, write.history() + "\nat the end it is not there");
                }
            }
        }
    }

    private static List<Long> atTheEnd(CheckedDatabase database, long key) {
        try {
            return database.readAtTheEnd(key).toCompletableFuture().get(LAST_READ.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("key " + key + " could not be read at the end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while key " + key + " was read at the end", e);
        }
    }
}
