package io.headgate.samples.music.demo;

import io.headgate.testkit.PgBouncer;

/** Reads the number of server connections in use from PgBouncer's console. Used by one thread. */
final class PoolerWatch {

    private final PgBouncer bouncer;
    private int mostInUse;

    PoolerWatch(PgBouncer bouncer) {
        this.bouncer = bouncer;
    }

    int inUse() {
        int inUse = bouncer.show("POOLS").stream()
                .filter(pool -> !"pgbouncer".equals(pool.get("database")))
                .mapToInt(pool -> Integer.parseInt(pool.get("sv_active")))
                .sum();
        mostInUse = Math.max(mostInUse, inUse);
        return inUse;
    }

    int mostInUse() {
        return mostInUse;
    }
}
