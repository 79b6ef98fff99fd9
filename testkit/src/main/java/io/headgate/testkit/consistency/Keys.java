package io.headgate.testkit.consistency;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * The keys of a run, and what was written to each. A key that has enough values is replaced by a new one, so that reads stay short. Safe for
 * use by many threads.
 */
final class Keys {

    private static final int ACTIVE = 32;
    private static final int MOST_VALUES = 40;

    /** A key, and how many values were written to it. */
    private record Key(long number, AtomicInteger values) {}

    private final AtomicReferenceArray<Key> active = new AtomicReferenceArray<>(ACTIVE);
    private final AtomicLong lastKey = new AtomicLong();
    private final AtomicLong lastValue = new AtomicLong();
    private final Map<Long, Queue<Write>> acknowledged = new ConcurrentHashMap<>();
    private final Set<Long> notExecuted = ConcurrentHashMap.newKeySet();

    /** An acknowledged write. */
    record Write(int session, long value, String history) {}

    Keys() {
        for (int i = 0; i < ACTIVE; i++) {
            active.set(i, next());
        }
    }

    private Key next() {
        return new Key(lastKey.incrementAndGet(), new AtomicInteger());
    }

    /** A key to read. */
    long toRead(RandomGenerator random) {
        return active.get(random.nextInt(ACTIVE)).number;
    }

    /** A key to write to. */
    long toWrite(RandomGenerator random) {
        int slot = random.nextInt(ACTIVE);
        Key key = active.get(slot);
        if (key.values.incrementAndGet() >= MOST_VALUES) {
            active.compareAndSet(slot, key, next());
        }
        return key.number;
    }

    /** The oldest key that is written to, at most: what a session knows of older ones is not needed any more. */
    long oldest() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < ACTIVE; i++) {
            oldest = Math.min(oldest, active.get(i).number);
        }
        return oldest;
    }

    long nextValue() {
        return lastValue.incrementAndGet();
    }

    long lastKey() {
        return lastKey.get();
    }

    void acknowledged(long key, Write write) {
        acknowledged.computeIfAbsent(key, any -> new ConcurrentLinkedQueue<>()).add(write);
    }

    Iterable<Write> acknowledged(long key) {
        Queue<Write> writes = acknowledged.get(key);
        return writes == null ? Set.of() : writes;
    }

    void notExecuted(long value) {
        notExecuted.add(value);
    }

    /** Whether a value must not be there. */
    boolean isPhantom(long value) {
        return value > lastValue.get() || value < 1 || notExecuted.contains(value);
    }
}
