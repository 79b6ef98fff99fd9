package io.headgate.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * Runs events one after another without a thread of its own: whoever brings one works off the queue if nobody is at it.
 *
 * <p>So no event sees another half done, and no lock is held. What an event brings while it runs is run after it. Events
 * are short and call no caller's code: one that blocks would hold up every caller of the pool. What calls such code is given
 * to {@link #afterwards} or to another thread. Safe for use by many threads.
 */
final class SerialQueue {

    private static final Logger logger = LoggerFactory.getLogger(SerialQueue.class);

    private final Queue<Runnable> events =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger untended = new AtomicInteger();
    private final String what;
    private final Runnable afterEvents;

    // belongs to who works off the queue
    private List<Runnable> afterwards = new ArrayList<>();

    /**
     * @param what named in the log when an event throws
     * @param afterEvents runs, as an event does, each time the queue has been worked off
     */
    SerialQueue(String what, Runnable afterEvents) {
        this.what = what;
        this.afterEvents = afterEvents;
    }

    void run(Runnable event) {
        events.add(event);
        if (untended.getAndIncrement() == 0) {
            workOff().forEach(this::handle);
        }
    }

    /** Has a task run by the thread that works off the queue, when it has left it. To be called in an event. */
    void afterwards(Runnable task) {
        afterwards.add(task);
    }

    private List<Runnable> workOff() {
        List<Runnable> tasks = List.of();
        int seen = 1;
        do {
            Runnable next;
            while ((next = events.poll()) != null) {
                handle(next);
            }
            handle(afterEvents);
            if (!afterwards.isEmpty()) {
                // taken before the queue is left: from then on the list is somebody else's
                if (tasks.isEmpty()) {
                    tasks = afterwards;
                } else {
                    tasks.addAll(afterwards);
                }
                afterwards = new ArrayList<>();
            }
            seen = untended.addAndGet(-seen);
        } while (seen != 0);
        return tasks;
    }

    /** What is thrown must not end the loop, or nobody would ever be served again. */
    private void handle(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            logger.error("an event of {} threw", what, thrown);
        }
    }
}
