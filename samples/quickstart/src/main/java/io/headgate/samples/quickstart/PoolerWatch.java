package io.headgate.samples.quickstart;

import io.headgate.testkit.PgBouncer;

/** Reads from PgBouncer's console how many server connections are in use. */
final class PoolerWatch {

    private final PgBouncer bouncer;
    private volatile int inUse;
    private volatile int mostInUse;

    PoolerWatch(PgBouncer bouncer) {
        this.bouncer = bouncer;
    }

    void look() {
        inUse = bouncer.show("POOLS").stream()
                .filter(pool -> !"pgbouncer".equals(pool.get("database")))
                .mapToInt(pool -> Integer.parseInt(pool.get("sv_active")))
                .sum();
        mostInUse = Math.max(mostInUse, inUse);
    }

    int inUse() {
        return inUse;
    }

    int mostInUse() {
        return mostInUse;
    }
}
