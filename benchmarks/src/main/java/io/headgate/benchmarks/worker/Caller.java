package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.Change;
import io.headgate.benchmarks.contender.Contender;
import io.headgate.benchmarks.contender.Item;
import io.headgate.benchmarks.contender.Reply;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * One caller in a closed loop: sends a request, checks the answer's content, records the latency, perhaps pauses, and repeats.
 *
 * <p>An answer may come before its request's method has returned, on that thread or another one. {@code turns} counts the
 * requests to make. The thread that raises it from zero makes them, so the loop neither overlaps itself nor grows the stack.
 */
final class Caller {

    /** After an error, so that a library that refuses at once does not spin. */
    private static final long PAUSE_AFTER_ERROR_MILLIS = 10;

    private final Contender contender;
    private final Workload workload;
    private final Load load;
    private final AtomicInteger turns = new AtomicInteger();
    private long since;
    private long id;

    Caller(Contender contender, Workload workload, Load load) {
        this.contender = contender;
        this.workload = workload;
        this.load = load;
    }

    /** Makes the next request. */
    void next() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        do {
            if (load.isStopped()) {
                load.left();
                return;
            }
            request();
        } while (turns.decrementAndGet() != 0);
    }

    private void request() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Workload.Request request = workload.draw(random);
        id = workload.drawId(request, random);
        since = System.nanoTime();
        try {
            switch (request) {
                case UPDATE -> contender.update(id, updates);
                case LOOKUP -> contender.lookup(id, lookups);
                case MULTI -> contender.multi(workload.drawIds(random), multis);
                case INSERT -> contender.insert(id, inserts);
                case SLOW -> contender.slow(slows);
                case TRANSACTION -> contender.transaction(id, transactions);
                case SCRIPT -> contender.script(id, transactions);
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void answered(boolean right) {
        if (right) {
            load.window().timed(System.nanoTime() - since);
        } else {
            load.window().failed("the answer to a request for id " + id + " has another content");
        }
        goOn();
    }

    private void goOn() {
        if (workload.thinks()) {
            pause(workload.thinkMillis(ThreadLocalRandom.current()));
        } else {
            next();
        }
    }

    private void failed(Throwable error) {
        load.window().failed(error.toString());
        pause(PAUSE_AFTER_ERROR_MILLIS);
    }

    /** Continues later, on the thread of the library's callers. */
    void pause(long millis) {
        load.later(() -> contender.launch(this::next), millis);
    }

    private final Reply<Item> lookups = timed(item -> item.isOf(id));

    private final Reply<Boolean> multis = timed(right -> right);

    private final Reply<Long> inserts = timed(rows -> rows == 1);

    private final Reply<Change> transactions = timed(Change::isRight);

    /** Records the latency of a correct answer. */
    private <T> Reply<T> timed(Predicate<T> isRight) {
        return new Reply<>() {
            @Override
            public void succeeded(T answer) {
                answered(isRight.test(answer));
            }

            @Override
            public void failed(Throwable error) {
                Caller.this.failed(error);
            }
        };
    }

    private final Reply<Long> updates = new Reply<>() {
        @Override
        public void succeeded(Long rows) {
            if (rows == 1 && !workload.timesUpdates()) {
                load.window().counted(1);
                goOn();
            } else {
                answered(rows == 1);
            }
        }

        @Override
        public void failed(Throwable error) {
            Caller.this.failed(error);
        }
    };

    private final Reply<Integer> slows = new Reply<>() {
        @Override
        public void succeeded(Integer one) {
            if (one == 1) {
                load.window().counted(1);
                goOn();
            } else {
                answered(false);
            }
        }

        @Override
        public void failed(Throwable error) {
            Caller.this.failed(error);
        }
    };
}
