package io.headgate.samples.music.demo;

import io.headgate.testkit.PgBouncer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A side's PgBouncer, which the demo kills and starts again. Safe for use by many threads. */
final class Pooler {

    /** About what a supervisor takes to notice and to start it again. */
    static final Duration AWAY = Duration.ofMillis(500);

    private final PgBouncer bouncer;
    private final Outages outages = new Outages();

    Pooler(PgBouncer bouncer) {
        this.bouncer = bouncer;
    }

    Outages outages() {
        return outages;
    }

    /** Kills it and starts it again; returns when it accepts connections. */
    synchronized void killAndStart() {
        outages.began(System.nanoTime());
        try {
            bouncer.kill();
            LockSupport.parkNanos(AWAY.toNanos());
            bouncer.start();
        } finally {
            outages.ended(System.nanoTime());
        }
    }
}
