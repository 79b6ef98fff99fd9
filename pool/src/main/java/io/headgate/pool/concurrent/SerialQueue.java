package io.headgate.pool.concurrent;

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
 * are short and call no caller's code: one that blocks would hold up every caller of the pool. What is to be done outside the
 * queue is done by the thread that worked it off, when it has left it: first what belongs to the pool ({@link #afterwards}),
 * then what calls callers' code ({@link #forCaller}), so that a caller who blocks holds up nothing of the pool. Safe for use
 * by many threads.
 */
public final class SerialQueue {

    private static final Logger logger = LoggerFactory.getLogger(SerialQueue.class);

    private final Queue<Runnable> events =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger untended = new AtomicInteger();
    private final String what;
    private final Runnable afterEvents;

    // belongs to who works off the queue
    private List<Runnable> afterwards = new ArrayList<>();
    private List<Runnable> forCallers = new ArrayList<>();

    /**
     * @param what named in the log when an event throws
     * @param afterEvents runs, as an event does, each time the queue has been worked off
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

    /** Has a task of the pool run outside the queue. To be called in an event. */
    public void afterwards(Runnable task) {
        afterwards.add(task);
    }

    /** Has a task that calls callers' code run outside the queue, after those of the pool. To be called in an event. */
    public void forCaller(Runnable task) {
        forCallers.add(task);
    }

    /** Whether callers' code will run on this thread when it leaves the queue. To be called in an event. */
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
            // taken before the queue is left: from then on the lists are somebody else's
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

    /** What is thrown must not end the loop, or nobody would ever be served again. */
    private void handle(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            logger.error("an event of {} threw", what, thrown);
        }
    }
}
