package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.capacity.ErlangC;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.ContextView;

/**
 * Erlang C against a pool of real connections: arrivals at random, statements that sleep for a random time. Arrivals, times
 * and waits are those that were measured, so what is compared is the formula with the pool's queue. Each run reports its
 * errors. Two minutes ({@code -Dheadgate.test.long=true}): 0.009 of the probability, 6.6 % of the mean wait, which is shorter
 * than foretold, as the sleeps are rounded up to milliseconds and vary less. Of the usual twenty seconds more is asked
 * leniently, since waits that follow one another resemble each other.
 */
class ErlangCMeasuredIT implements DataAccessListener {

    private static final Logger logger = LoggerFactory.getLogger(ErlangCMeasuredIT.class);

    private static final int SERVERS = 4;
    private static final double ARRIVALS_PER_SECOND = 330;
    private static final double MEAN_SECONDS = 0.008;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration LENGTH = Duration.ofSeconds(Boolean.getBoolean("headgate.test.long") ? 120 : 20);

    /** What an acquisition without a wait takes at most. */
    private static final long NO_WAIT = TimeUnit.MICROSECONDS.toNanos(200);

    private final SplittableRandom random = new SplittableRandom(20_261_121);
    private final LongAdder acquired = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder answerNanos = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private volatile boolean measuring;

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        if (measuring) {
            acquired.increment();
            waitNanos.add(nanos);
            if (nanos > NO_WAIT) {
                waited.increment();
            }
        }
    }

    @Test
    void foretellsTheWaitsOfRealLeases() {
        Headgate db = DriverUnderTest.client()
                .node(Route.DIRECT.url())
                .maxConnections(SERVERS)
                .pool(options -> options.lanes(0).minIdle(SERVERS))
                .maxWaiting(10_000)
                .acquireTimeout(Duration.ofSeconds(30))
                .listener(this)
                .build();
        db.warmUp().block();
        send(db, WARM_UP);
        measuring = true;
        long began = System.nanoTime();
        send(db, LENGTH);
        double seconds = (System.nanoTime() - began) / 1e9;
        measuring = false;
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        db.close().block();

        assertThat(errors.sum()).isZero();
        double meanWaitSeconds = waitNanos.sum() / 1e9 / acquired.sum();
        double service = answerNanos.sum() / 1e9 / answered.sum() - meanWaitSeconds;
        ErlangC expected = new ErlangC(SERVERS, acquired.sum() / seconds * service);
        double share = waited.sum() / (double) acquired.sum();
        double mean = meanWaitSeconds / service;
        logger.info(
                "{} leases, load {}, {} arrivals: waiting {} of {}, mean wait {} of {}",
                SERVERS,
                expected.load(),
                acquired,
                share,
                expected.waitingProbability(),
                mean,
                expected.meanWait());
        assertThat(expected.utilization()).isBetween(0.6, 0.9);
        assertThat(share).as("share that waits").isCloseTo(expected.waitingProbability(), within(0.12));
        assertThat(mean).as("mean wait").isCloseTo(expected.meanWait(), within(0.5 * expected.meanWait()));
    }

    /** Sends at random moments, whatever has been answered. */
    private void send(Headgate db, Duration length) {
        long end = System.nanoTime() + length.toNanos();
        double next = System.nanoTime();
        while (next < end) {
            next += exponential() / ARRIVALS_PER_SECOND * 1e9;
            long pause;
            while ((pause = (long) next - System.nanoTime()) > 0) {
                LockSupport.parkNanos(pause);
            }
            long since = System.nanoTime();
            db.sql("SELECT 1 FROM pg_sleep($1)")
                    .bind(exponential() * MEAN_SECONDS)
                    .one()
                    .subscribe(row -> answered(since), error -> errors.increment());
        }
    }

    private void answered(long since) {
        if (measuring) {
            answered.increment();
            answerNanos.add(System.nanoTime() - since);
        }
    }

    private double exponential() {
        return -Math.log(1 - random.nextDouble());
    }
}
