package io.headgate.pool.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * Runs events one after another without a thread of its own. A thread that adds an event drains the queue if no other thread is
 * draining it.
 *
 * <p>So no event sees the partial state of another, and no lock is held. An event that is added while another runs is run after
 * it. Events are short and call no callers' code: an event that blocks would delay every caller of the pool. Tasks outside the
 * queue run on the draining thread after it has left the queue: first tasks of the pool ({@link #afterwards}), then tasks that
 * call callers' code ({@link #forCaller}), so that a caller that blocks delays nothing of the pool. Safe for use by many
 * threads.
 */
public final class SerialQueue {

    private static final Logger logger = LoggerFactory.getLogger(SerialQueue.class);

    private final Queue<Runnable> events =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger untended = new AtomicInteger();
    private final String what;
    private final Runnable afterEvents;

    // accessed by the draining thread only
    private List<Runnable> afterwards = new ArrayList<>();
    private List<Runnable> forCallers = new ArrayList<>();

    /**
     * @param what the name for the log when an event throws
     * @param afterEvents runs inside the queue each time it has been drained
     */
    public SerialQueue(String what, Runnable afterEvents) {
        this.what = what;
        this.afterEvents = afterEvents;
    }

    public void run(Runnable event) {
        events.add(event);
        if (untended.getAndIncrement() == 0) {
            workOff();
        }
    }

    /** Runs a task of the pool outside the queue, later. Call it from an event. */
    public void afterwards(Runnable task) {
        afterwards.add(task);
    }

    /** Runs a task that calls callers' code outside the queue, after the tasks of the pool. Call it from an event. */
    public void forCaller(Runnable task) {
        forCallers.add(task);
    }

    /** Whether this thread will run callers' code when it leaves the queue. Call it from an event. */
    public boolean owesCallers() {
        return !forCallers.isEmpty();
    }

    private void workOff() {
        List<Runnable> poolsOwn = new ArrayList<>(0);
        List<Runnable> callers = new ArrayList<>(0);
        int seen = 1;
        do {
            Runnable next;
            while ((next = events.poll()) != null) {
                handle(next);
            }
            handle(afterEvents);
            // copied before this thread leaves the queue: after that, another thread may use the lists
            if (!afterwards.isEmpty()) {
                poolsOwn.addAll(afterwards);
                afterwards.clear();
            }
            if (!forCallers.isEmpty()) {
                callers.addAll(forCallers);
                forCallers.clear();
            }
            seen = untended.addAndGet(-seen);
        } while (seen != 0);
        poolsOwn.forEach(this::handle);
        callers.forEach(this::handle);
    }

    /** An exception must not end the loop, or no caller would be served again. */
    private void handle(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            logger.error("an event of {} threw", what, thrown);
        }
    }
}
