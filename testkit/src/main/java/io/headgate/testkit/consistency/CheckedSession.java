package io.headgate.testkit.consistency;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A user who writes and reads, one operation after the other, and compares. Used by one thread at a time. */
final class CheckedSession {

    /** What a session must see from now on: why, and since when. */
    private record Expected(Violation.Kind ifMissing, String history) {}

    private final int number;
    private final CheckedDatabase database;
    private final Keys keys;
    private final Findings findings;
    private final RandomGenerator random;
    private final double writes;
    private final long start;
    private final Map<Long, Map<Long, Expected>> expected = new HashMap<>();

    /** The key of the last write, if the next operation reads it; 0 for none. */
    private long readNext;

    /**
     * @param writes the share of writes
     * @param start the nanosecond from which the times in histories count
     */
    CheckedSession(
            int number,
            CheckedDatabase database,
            Keys keys,
            Findings findings,
            RandomGenerator random,
            double writes,
            long start) {
        this.number = number;
        this.database = database;
        this.keys = keys;
        this.findings = findings;
        this.random = random;
        this.writes = writes;
        this.start = start;
    }

    /** The next operation; its end never fails. */
    CompletableFuture<Void> next() {
        long key = readNext;
        readNext = 0;
        if (key != 0) {
            return read(key, true);
        }
        return random.nextDouble() < writes ? append(keys.toWrite(random)) : read(keys.toRead(random), false);
    }

    private CompletableFuture<Void> append(long key) {
        long value = keys.nextValue();
        long begun = System.nanoTime();
        return ended(() -> database.append(number, key, value)).handle((nothing, failure) -> {
            if (failure == null) {
                findings.acknowledged.increment();
                String history = line(begun, "appended " + value + " to key " + key + ", acknowledged");
                keys.acknowledged(key, new Keys.Write(number, value, history));
                expect(key, value, new Expected(Violation.Kind.READ_YOUR_WRITES, history));
                if (random.nextBoolean()) {
                    readNext = key;
                }
            } else if (database.isNotExecuted(failure)) {
                findings.notExecuted.increment();
                keys.notExecuted(value);
            } else {
                findings.unknown.increment();
            }
            return null;
        });
    }

    private CompletableFuture<Void> read(long key, boolean afterOwnWrite) {
        Set<Long> known = Set.copyOf(expectedOf(key).keySet());
        long begun = System.nanoTime();
        return ended(() -> database.read(number, key)).handle((values, failure) -> {
            if (failure != null) {
                findings.failedReads.increment();
                return null;
            }
            findings.reads.increment();
            if (afterOwnWrite) {
                findings.readsAfterOwnWrite.increment();
            }
            String history = line(begun, "read key " + key + ": " + values);
            check(key, known, values, history);
            return null;
        });
    }

    private void check(long key, Set<Long> known, List<Long> values, String history) {
        Set<Long> seen = new HashSet<>();
        for (long value : values) {
            if (!seen.add(value)) {
                findings.violation(Violation.Kind.DUPLICATE, history);
            }
            if (keys.isPhantom(value)) {
                findings.violation(Violation.Kind.PHANTOM, history + "\nthe write of " + value + " was not executed");
            }
        }
        Map<Long, Expected> ofKey = expectedOf(key);
        for (long value : known) {
            Expected missing = ofKey.get(value);
            if (missing != null && !seen.contains(value)) {
                findings.violation(missing.ifMissing, missing.history + "\n" + history);
                // once for each value
                ofKey.remove(value);
            }
        }
        for (long value : seen) {
            expect(key, value, new Expected(Violation.Kind.MONOTONIC_READS, history));
        }
    }

    private Map<Long, Expected> expectedOf(long key) {
        return expected.getOrDefault(key, Map.of());
    }

    private void expect(long key, long value, Expected why) {
        Map<Long, Expected> ofKey = expected.get(key);
        if (ofKey == null) {
            long oldest = keys.oldest();
            expected.keySet().removeIf(each -> each < oldest);
            ofKey = new HashMap<>();
            expected.put(key, ofKey);
        }
        ofKey.putIfAbsent(value, why);
    }

    private String line(long begun, String what) {
        return String.format(
                Locale.ROOT,
                "%.6f s to %.6f s: session %d %s",
                (begun - start) / 1e9,
                (System.nanoTime() - start) / 1e9,
                number,
                what);
    }

    /** The end of an operation; what it throws is its failure. */
    private static <T> CompletableFuture<T> ended(Supplier<? extends CompletionStage<? extends T>> operation) {
        CompletableFuture<T> end = new CompletableFuture<>();
        try {
            operation.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    end.complete(value);
                } else {
                    end.completeExceptionally(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                }
            });
        } catch (RuntimeException thrown) {
            end.completeExceptionally(thrown);
        }
        return end;
    }
}
