package io.headgate.pool.lane;

import io.headgate.core.driver.DriverConnection;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementTimes;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Watches the statement at the head of a lane: all statements behind it wait for it.
 *
 * <p>A head may wait for a lock that another caller's transaction holds, such as a read of a table behind {@code ALTER TABLE}.
 * The statements behind it then wait too, although they need no lock. PostgreSQL's deadlock detector cannot see that wait. So
 * when two checks, one period apart, find the same head, a few statements behind it are sent once more, on leases ({@link
 * LaneCopy}): statements of other texts than the head's, or the next one if there are no others. If one of these copies is
 * answered and the head is not answered within a further period, the head is <em>stuck</em>. The lane then takes no more
 * statements. All statements behind the head are sent once more, those of suspect texts last. Without such a proof, a head is
 * stuck after a longer time: when processors are overloaded, or the server, the pooler or this process pauses, everything is
 * late, and sending everything again would add to the load. For a short time after a stuck head, the next heads of its lane
 * need no proof.
 *
 * <p>When at least half of the lanes are stuck, the head is sent on a lease as well, after the grace. It is cancelled when the
 * copy replaces it. Further statements of its text may then reach the head. They are cancelled too, without grace, until the
 * lane serves other texts again. When other borrowers hold all leases, the lanes stay stuck: their transactions may wait for
 * these very statements.
 *
 * <p>Heads are compared on the connection's loop. So a pause of this process is not mistaken for a pause of the server: after a
 * pause the loop first reads the answers that have arrived, and then compares.
 *
 * <p>A head is not needed when its caller gave up or a copy replaces it. It is then cancelled at the server. The request may
 * arrive after the statement has ended, and hit the next statement. That statement is repeated, because the server has undone
 * it.
 *
 * <p>Any thread may read the volatile fields. All other state belongs to the connection's loop.
 */
public final class HeadWatch {

    /** Longest time from one cancel request for a head to the next. Each request costs a connection. */
    private static final long LONGEST_PATIENCE = TimeUnit.SECONDS.toNanos(5);

    /** A head waits for a lease for this many graces, then it may leave its lane without one: the server may be busy for a moment. */
    private static final int LONG_GRACES = 4;

    /** Pause before the next moved head is cancelled: a statement that is answered at once needs no cancel request. */
    private static final long DRAINING = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long the heads of a lane need no proof after a proven stuck head: statements of many texts may wait for one lock. */
    private static final long BELIEVED = TimeUnit.SECONDS.toNanos(2);

    /** Number of texts that are tried at the same time: the first may wait for a lock too. */
    private static final int MOST_PROBES = 3;

    /** How long after the end of a cancel request its effect can still arrive: the request uses another connection. */
    private static final long AFTERMATH = TimeUnit.SECONDS.toNanos(1);

    private final DriverConnection driver;
    private final Executor loop;
    private final ArrayDeque<LaneCall> sent;
    private final Scheduler timers;
    private final LongSupplier clock;
    private final BooleanSupplier lanesAreShort;
    private final Runnable whenStuck;
    private final long graceNanos;
    private final StatementTimes times;

    private volatile boolean stuck;
    private volatile long headSince;

    private @Nullable LaneCall lastSeen;

    /** Whether another statement was answered elsewhere since this head was first seen. */
    private boolean overtaken;

    /** Whether a period has passed since then. */
    private boolean overtakenForLong;

    private long stuckSince;

    /** Until this time a head counts as stuck without proof. */
    private long believedUntil;

    private boolean comparing;
    private @Nullable LaneCall watched;
    private @Nullable LaneCall lastCancelled;
    private long patienceNanos;
    private boolean cancelling;
    private long hitUntil;

    /**
     * @param loop runs tasks on the connection's loop
     * @param sent the statements under way, oldest first; belongs to the loop
     * @param lanesAreShort whether so many lanes are stuck that their heads must leave them
     * @param whenStuck runs when a head is found stuck; calls no callers' code
     */
    HeadWatch(
            DriverConnection driver,
            Executor loop,
            PoolOptions options,
            StatementTimes times,
            ArrayDeque<LaneCall> sent,
            Scheduler timers,
            LongSupplier clock,
            BooleanSupplier lanesAreShort,
            Runnable whenStuck) {
        this.driver = driver;
        this.loop = loop;
        this.sent = sent;
        this.timers = timers;
        this.clock = clock;
        this.lanesAreShort = lanesAreShort;
        this.whenStuck = whenStuck;
        this.graceNanos = options.cancelGrace().toNanos();
        this.times = times;
        this.headSince = clock.getAsLong();
        this.hitUntil = headSince;
        this.believedUntil = headSince;
    }

    /** Whether the head is stuck; the lane then takes no more statements. */
    boolean isStuck() {
        return stuck;
    }

    /** When the present head reached the head. */
    long headSince() {
        return headSince;
    }

    /** On the loop: a different statement is at the head now, or none. */
    void headChanged(long now) {
        headSince = now;
        if (stuck) {
            LaneCall head = sent.peekFirst();
            if (head == null || !head.isMoved()) {
                stuck = false;
            } else {
                watchForNeedless();
            }
        }
    }

    /** On the loop: a statement was sent. */
    void sent() {
        if (!comparing) {
            compareLater();
        }
    }

    private void compareLater() {
        comparing = true;
        LaneCall head = sent.peekFirst();
        if (head != lastSeen) {
            lastSeen = head;
            overtaken = false;
            overtakenForLong = false;
        }
        timers.schedule(() -> loop.execute(this::compare), times.stuckFrom(), TimeUnit.NANOSECONDS);
    }

    private void compare() {
        comparing = false;
        LaneCall head = sent.peekFirst();
        if (head == null) {
            lastSeen = null;
            return;
        }
        if (head == lastSeen) {
            long now = clock.getAsLong();
            boolean isProven = overtakenForLong || now - headSince >= times.surelyStuckFrom();
            if (!isOverdue(head, now)) {
                sendFollowersElsewhere(head, false);
            } else if (isProven || now - believedUntil < 0) {
                if (isProven) {
                    believedUntil = now + BELIEVED;
                }
                foundStuck(head, now);
            } else if (overtaken) {
                // the server may just have recovered, and the head's answer may be on its way
                overtakenForLong = true;
            } else {
                sendProbes(head);
            }
        }
        compareLater();
    }

    /** On the loop: a statement of this lane was answered on a lease. */
    void answeredElsewhere(LaneCall call) {
        LaneCall head = sent.peekFirst();
        if (head != call && head == lastSeen) {
            overtaken = true;
        }
    }

    /**
     * Probes have other texts than the head: a statement of the same text would wait for the same lock and prove nothing. They
     * are few: one answer is proof enough, and after a pause of the server all lanes send probes at once.
     */
    private void sendProbes(LaneCall head) {
        Set<StatementProfile> texts = new HashSet<>();
        texts.add(head.profile());
        LaneCall next = null;
        for (LaneCall call : sent.toArray(LaneCall[]::new)) {
            if (call == head || !call.isUnderWay() || call.profile().isSuspect()) {
                continue;
            }
            next = next == null ? call : next;
            if (texts.add(call.profile())) {
                call.sendElsewhere();
                if (texts.size() > MOST_PROBES) {
                    return;
                }
            }
        }
        if (next != null && texts.size() == 1) {
            next.sendElsewhere();
        }
    }

    /** A known slow statement is overdue only when it takes far longer than usual. It has the lane to itself. */
    private boolean isOverdue(LaneCall head, long now) {
        return !head.isSlow() || now - headSince >= head.profile().overdueFrom();
    }

    private void foundStuck(LaneCall head, long now) {
        if (!stuck) {
            stuckSince = now;
        }
        stuck = true;
        whenStuck.run();
        head.heldOthersUp();
        sendFollowersElsewhere(head, false);
        sendFollowersElsewhere(head, true);
        long stuckFor = Math.min(now - headSince, now - stuckSince);
        if (stuckFor >= graceNanos && lanesAreShort.getAsBoolean()) {
            head.sendElsewhere();
            if (stuckFor >= LONG_GRACES * graceNanos) {
                head.profile().stuckForLong();
            }
        }
        watchForNeedless();
    }

    /** @param suspects true for statements that most likely wait for a lock themselves, false for the others */
    private void sendFollowersElsewhere(LaneCall head, boolean suspects) {
        for (LaneCall call : sent.toArray(LaneCall[]::new)) {
            if (call != head && call.profile().isSuspect() == suspects) {
                call.sendElsewhere();
            }
        }
    }

    /** On the loop: whether a statement that failed as cancelled may have been hit by a cancel request for another statement. */
    boolean mayHaveBeenHit() {
        return cancelling || clock.getAsLong() - hitUntil < 0;
    }

    /**
     * On the loop: cancels the head if it is not needed, and repeats this while such statements are under way. A statement
     * whose caller gave up first gets the grace to end by itself. A moved statement has already had it. A request may be lost
     * or arrive too early; each further request for the same head waits twice as long.
     */
    void watchForNeedless() {
        LaneCall head = sent.peekFirst();
        if (head == null || head == watched || sent.stream().noneMatch(LaneCall::isNeedless)) {
            return;
        }
        watched = head;
        if (head == lastCancelled) {
            patienceNanos = Math.min(Math.max(graceNanos, 2 * patienceNanos), LONGEST_PATIENCE);
        } else {
            patienceNanos = stuck && head.isMoved() ? DRAINING : graceNanos;
        }
        timers.schedule(
                () -> loop.execute(() -> {
                    if (head != watched) {
                        return;
                    }
                    watched = null;
                    if (head == sent.peekFirst() && head.isNeedless() && !cancelling) {
                        lastCancelled = head;
                        requestCancel();
                    }
                    watchForNeedless();
                }),
                patienceNanos,
                TimeUnit.NANOSECONDS);
    }

    private void requestCancel() {
        cancelling = true;
        Runnable taken = () -> loop.execute(() -> {
            cancelling = false;
            hitUntil = clock.getAsLong() + AFTERMATH;
        });
        driver.requestCancel().subscribe(nothing -> {}, error -> taken.run(), taken);
    }
}
