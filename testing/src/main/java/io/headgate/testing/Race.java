package io.headgate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Lets two threads use one object at the same time, many times. Both go through a batch of new objects. At each object each thread
 * waits briefly for the other, plus a varying delay, so that they overlap at every possible point. Then each object is checked. {@code
 * -Dheadgate.test.long=true} makes 100 times as many attempts.
 */
public final class Race {

    /** Maximum spins at an object to wait for the other thread, which does not arrive if it has no processor. */
    private static final int SPINS = 500;

    private static final int BATCH = 500;
    private static final int BATCHES = Boolean.getBoolean("headgate.test.long") ? 20_000 : 200;

    private Race() {}

    /**
     * @param one what one thread does with each object
     * @param other what the other thread does with it
     * @param judge gets each object after both; what it throws fails the race
     */
    public static <T> void run(Supplier<T> fresh, Consumer<T> one, Consumer<T> other, Consumer<T> judge) {
        List<T> objects = new ArrayList<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CyclicBarrier barrier = new CyclicBarrier(2, () -> {
            objects.forEach(judge);
            objects.clear();
            for (int i = 0; i < BATCH; i++) {
                objects.add(fresh.get());
            }
        });
        AtomicIntegerArray positions = new AtomicIntegerArray(2);
        Thread thread = new Thread(() -> walk(objects, other, barrier, thrown, positions, 1));
        thread.start();
        walk(objects, one, barrier, thrown, positions, 0);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Throwable failure = thrown.get();
        if (failure != null) {
            throw new AssertionError("a thread of the race failed: " + failure, failure);
        }
    }

    private static <T> void walk(
            List<T> objects,
            Consumer<T> action,
            CyclicBarrier barrier,
            AtomicReference<Throwable> thrown,
            AtomicIntegerArray positions,
            int self) {
        try {
            int position = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                barrier.await();
                for (T object : objects) {
                    meet(positions, self, ++position);
                    action.accept(object);
                }
            }
            // checks the last batch
            barrier.await();
        } catch (Throwable failure) {
            // the other thread only reports a broken barrier
            thrown.compareAndSet(null, failure);
            barrier.reset();
        }
    }

    private static void meet(AtomicIntegerArray positions, int self, int position) {
        positions.set(self, position);
        int spins = 0;
        while (positions.get(1 - self) < position && spins++ < SPINS) {
            Thread.onSpinWait();
        }
        // delays the two threads in turn
        int later = position % 2 == self ? position / 2 % 40 : 0;
        for (int i = 0; i < later; i++) {
            Thread.onSpinWait();
        }
    }
}
