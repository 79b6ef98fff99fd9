package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.Contender;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The callers of one contender. Started, measured in windows, stopped, in this order, by one thread. */
final class Load {

    /** Longest time for the last requests to end. */
    private static final long STOP_SECONDS = 10;

    /** Longest time for a contender to connect. */
    private static final long FIRST_ANSWER_SECONDS = 30;

    private final Contender contender;
    private final Workload workload;
    private final int callers;
    private final CountDownLatch running;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-timer");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Window window = new Window();
    private volatile boolean stopped;

    Load(Contender contender, Workload workload, int callers) {
        this.contender = contender;
        this.workload = workload;
        this.callers = callers;
        this.running = new CountDownLatch(callers);
    }

    /** Starts every caller; callers that pause begin at different times. */
    void start() {
        for (int i = 0; i < callers; i++) {
            Caller caller = new Caller(contender, workload, this);
            if (workload.thinks()) {
                caller.pause(workload.thinkMillis(ThreadLocalRandom.current()));
            } else {
                contender.launch(caller::next);
            }
        }
    }

    /** Returns when the library has loaded its classes and connected: warm-up begins after that. */
    void awaitFirstAnswer() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FIRST_ANSWER_SECONDS);
        while (window.done() == 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "no answer within " + FIRST_ANSWER_SECONDS + " s; the first error was: " + window.firstError());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Lets the callers run for this time and returns the result. */
    WorkerResult measure(long millis) throws InterruptedException {
        Window measured = new Window();
        window = measured;
        Usage before = Usage.now();
        TimeUnit.MILLISECONDS.sleep(millis);
        Usage used = Usage.now().since(before);
        window = new Window();
        return WorkerResult.of(measured, used);
    }

    /** Makes every caller stop before its next request. */
    void requestStop() {
        stopped = true;
    }

    /** Lets the requests in flight end. */
    void stop() throws InterruptedException {
        requestStop();
        if (!running.await(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    running.getCount() + " callers got no answer within " + STOP_SECONDS + " s after the end");
        }
        timer.shutdownNow();
    }

    boolean isStopped() {
        return stopped;
    }

    void left() {
        running.countDown();
    }

    Window window() {
        return window;
    }

    void later(Runnable task, long millis) {
        // execute() has no delay; the task handles its own errors, so the future is not needed
        var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
}
