package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Two threads act on the same object, many times. Both walk through a batch of new objects. At each one they wait for each other, then one
 * waits a little longer, so that they overlap at every possible place. Then each object is checked. {@code -Dheadgate.test.long=true} runs
 * a hundred times as often.
 */
final class Race {

    /** Most spins at one object until the other thread arrives: without a free processor it does not arrive. */
    private static final int SPINS = 500;

    private static final int BATCH = 500;
    private static final int BATCHES = Boolean.getBoolean("headgate.test.long") ? 20_000 : 200;

    private Race() {}

    static <T> void run(Supplier<T> fresh, Consumer<T> one, Consumer<T> other, Consumer<T> judge) {
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
        assertThat(thrown.get()).isNull();
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
            // the other thread fails because the barrier broke
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
        // one thread starts a little later than the other, by turns
        int later = position % 2 == self ? position / 2 % 40 : 0;
        for (int i = 0; i < later; i++) {
            Thread.onSpinWait();
        }
    }
}
