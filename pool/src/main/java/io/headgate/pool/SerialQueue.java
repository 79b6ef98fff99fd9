package io.headgate.pool;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * Runs events one after another without a thread of its own: whoever brings one works off the queue if nobody is at it.
 *
 * <p>So no event sees another half done, and no lock is held while foreign code runs. What an event brings while it runs
 * is run after it. Safe for use by many threads.
 */
final class SerialQueue {

    private static final Logger logger = LoggerFactory.getLogger(SerialQueue.class);

    private final Queue<Runnable> events =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger untended = new AtomicInteger();
    private final String what;
    private final Runnable afterEvents;

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
        if (untended.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            Runnable next;
            while ((next = events.poll()) != null) {
                handle(next);
            }
            afterEvents.run();
            seen = untended.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Foreign code runs in events. What it throws must not end the loop, or nobody would ever be served again. */
    private void handle(Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            logger.error("a caller of {} threw out of its signals", what, thrown);
        }
    }
}
