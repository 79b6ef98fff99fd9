package io.headgate.pool.capacity;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlRow;
import io.headgate.core.error.ClosedException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Lets the instances of a service count themselves. Each instance keeps a row in a table of the shared database, renews it at
 * intervals, and counts the instances with fresh rows as alive. An instance that missed three renewals counts as dead. Any
 * instance that sees a row with sixty missed renewals deletes it.
 *
 * <p>Only the database's clock counts, so the instances' clocks need not agree. Two instances that start in the same instant
 * may miss each other until the next renewal. An instance that ends without {@link #leave()} counts for three more intervals.
 * In these times the shares may add up to more or less than the budget; the safety margin covers that.
 *
 * <p>Nothing happens before a subscription. Signals come on the executor's threads. Cancelling {@link #watch} stops the
 * renewals; the row stays and becomes stale. Safe for use by many threads.
 */
public final class FleetMembership {

    private static final Logger logger = LoggerFactory.getLogger(FleetMembership.class);

    /** A name, or schema and name, that needs no quotes. */
    private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}(\\.[a-z_][a-z0-9_]{0,62})?");

    private static final int MISSED_UNTIL_DEAD = 3;
    private static final double NANOS = 1e9;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final SqlExecutor db;
    private final String table;
    private final String fleet;
    private final String member;
    private final Duration interval;

    private FleetMembership(SqlExecutor db, String table, String fleet, String member, Duration interval) {
        this.db = db;
        this.table = table;
        this.fleet = fleet;
        this.member = member;
        this.interval = interval;
    }

    /**
     * A membership.
     *
     * @param db an executor on the primary
     * @param table the table's name, perhaps with its schema, in lower case without quotes; see {@link #createTable()}
     * @param fleet the name of the group that shares one budget, such as all instances of all services under one database user;
     *     not blank
     * @param member a unique name of this instance, such as a random UUID; a restart may change it; not blank
     * @param interval time between renewals, over 0 to an hour, the same for all; 5 s suits most services: a dead instance is
     *     then noticed after 15 s, and each instance sends a statement every 5 s
     */
    public static FleetMembership of(SqlExecutor db, String table, String fleet, String member, Duration interval) {
        if (!TABLE.matcher(table).matches()) {
            throw new IllegalArgumentException("table is \"" + table
                    + "\"; it must be a name, or schema.name, in lower-case letters, digits and underscores");
        }
        requireName("fleet", fleet);
        requireName("member", member);
        return new FleetMembership(db, table, fleet, member, Require.upTo(LONGEST, "interval", interval));
    }

    private static void requireName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " is blank; give it a name");
        }
    }

    /**
     * Creates the table if it is not there. Needs the right to create tables. Without that right, an administrator runs the
     * same statement: {@code CREATE TABLE headgate_fleet (fleet text, member text, seen_at timestamptz NOT NULL, PRIMARY KEY
     * (fleet, member))}.
     */
    public Mono<Void> createTable() {
        return db.sql("CREATE TABLE IF NOT EXISTS " + table
                        + " (fleet text, member text, seen_at timestamptz NOT NULL, PRIMARY KEY (fleet, member))")
                .update()
                .then();
    }

    /** Renews this instance's row and returns the current fleet. One statement. */
    public Mono<FleetView> renew() {
        // a statement does not see the rows that its own WITH writes: the others are counted, and one added
        String fresh = "seen_at >= clock_timestamp() - make_interval(secs => $3::float8)";
        String longDead = "seen_at < clock_timestamp() - make_interval(secs => 20 * $3::float8)";
        return db.sql("WITH renewed AS (INSERT INTO " + table + " AS own (fleet, member, seen_at)"
                        + " VALUES ($1, $2, clock_timestamp())"
                        + " ON CONFLICT (fleet, member) DO UPDATE SET seen_at = excluded.seen_at),"
                        + " forgotten AS (DELETE FROM " + table
                        + " WHERE (fleet, member) IN (SELECT fleet, member FROM "
                        + table + " WHERE fleet = $1 AND member <> $2 AND " + longDead
                        + " FOR UPDATE SKIP LOCKED))"
                        + " SELECT count(*)::int + 1 AS instances,"
                        + " (count(*) FILTER (WHERE member COLLATE \"C\" < $2))::int AS rank"
                        + " FROM " + table + " WHERE fleet = $1 AND member <> $2 AND " + fresh)
                .bindAll(fleet, member, MISSED_UNTIL_DEAD * interval.toNanos() / NANOS)
                .map(FleetMembership::view)
                .one();
    }

    private static FleetView view(SqlRow row) {
        return new FleetView(row.require("instances", Integer.class), row.require("rank", Integer.class));
    }

    /**
     * Renews at once and then at each interval while it is subscribed to, and emits the fleet whenever it has changed. A failed
     * renewal is logged and ignored: the last known fleet is the best guess. A renewal starts only after the previous one has
     * ended. Ends with {@link ClosedException} when the executor has been closed.
     *
     * @param timers times the intervals
     */
    public Flux<FleetView> watch(Scheduler timers) {
        return Flux.interval(Duration.ZERO, interval, timers)
                .onBackpressureDrop()
                .concatMap(tick -> renew().onErrorResume(this::passOver), 0)
                .distinctUntilChanged();
    }

    private Mono<FleetView> passOver(Throwable error) {
        if (error instanceof ClosedException) {
            return Mono.error(error);
        }
        logger.warn("{} could not renew its membership of {}: {}", member, fleet, error.toString());
        return Mono.empty();
    }

    /** Deletes this instance's row, so that the others take over its share at their next renewal. */
    public Mono<Void> leave() {
        return db.sql("DELETE FROM " + table + " WHERE fleet = $1 AND member = $2")
                .bindAll(fleet, member)
                .update()
                .then();
    }
}
