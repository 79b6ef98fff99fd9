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
 * Watches the statement at the head of a lane, for which all behind it wait.
 *
 * <p>A head may wait for a lock that another caller's transaction holds, such as a read of a table behind {@code ALTER TABLE}.
 * The statements behind it then wait too, though they need no lock, and PostgreSQL's deadlock detector cannot see that wait.
 * So when a head is found twice, a period apart, a few statements behind it are sent once more, on leases ({@link LaneCopy}):
 * of other texts than the head's, or the next one if there are no others. When one is answered there, and the head is not
 * within a further period, the head is <em>stuck</em>: the lane takes nothing more, and all behind the head are sent once more,
 * those of its own kind last. Without such a proof it is stuck after a longer time: when processors are overloaded, or the server,
 * the pooler or this process pauses, everything is late, and to send it all again would add to the load. For a moment after one
 * that was stuck, the heads of its lane need no proof.
 *
 * <p>When at least half of the lanes are stuck, a head is sent on a lease as well after the grace, and cancelled when the copy
 * replaces it. Others of its text then come to the head, and are cancelled in turn, without grace, until the lane serves others
 * again. When the leases are all held by others, the lanes stay stuck: they may be held by transactions that wait for these very
 * statements.
 *
 * <p>Heads are compared on the connection's loop. A pause of this process is so not taken for one of the server: after a
 * pause the loop reads the answers that have come before it compares.
 *
 * <p>A head that is not needed, because its caller gave up or because a copy replaces it, is cancelled at the server. The request may arrive when the statement has just ended, and hit the next one; that one is repeated, since the
 * server has undone it.
 *
 * <p>What is volatile is read by any thread. Everything else belongs to the connection's loop.
 */
public final class HeadWatch {

    /** Longest time from one cancel request for a head to the next. Each costs a connection. */
    private static final long LONGEST_PATIENCE = TimeUnit.SECONDS.toNanos(5);

    /** So many graces a head waits for a lease before it leaves its lane without one: a server may be busy for a moment. */
    private static final int LONG_GRACES = 4;

    /** From one head that was moved to the next: what is answered at once anyway needs no cancelling. */
    private static final long DRAINING = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long the heads of a lane are stuck without proof, after one that was: a lock has a crowd, of many texts. */
    private static final long BELIEVED = TimeUnit.SECONDS.toNanos(2);

    /** Texts that are tried at once: the first may wait for a lock too. */
    private static final int MOST_PROBES = 3;

    /** How long after a cancel request was taken its effect can still arrive: the answer travels on another connection. */
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

    /** Whether another was answered elsewhere since this head was seen first, and whether a period has passed since then. */
    private boolean overtaken;

    private boolean overtakenForLong;
    private long stuckSince;

    /** Until when a head is stuck without proof. */
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
     * @param lanesAreShort whether so many lanes are stuck that heads have to leave them
     * @param whenStuck runs when a head was found stuck; calls no callers' code
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

    /** Whether the head is stuck, and the lane takes nothing more. */
    boolean isStuck() {
        return stuck;
    }

    /** When the present head came to the head. */
    long headSince() {
        return headSince;
    }

    /** On the loop: another statement is at the head now, or none. */
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
                // what made the server late may be over just now: its answer may be on its way
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
     * Of other texts, since one of the head's own would wait for the same lock, and tell nothing; and few, since one answer is proof
     * enough, and after a pause of the server all lanes do this at once.
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

    /** A slow one takes as long as it does. It has the lane to itself. */
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

    /** @param suspects whether those that most likely wait for a lock themselves, or the others */
    private void sendFollowersElsewhere(LaneCall head, boolean suspects) {
        for (LaneCall call : sent.toArray(LaneCall[]::new)) {
            if (call != head && call.profile().isSuspect() == suspects) {
                call.sendElsewhere();
            }
        }
    }

    /** On the loop: whether a statement that failed as cancelled may have been hit by a request meant for another. */
    boolean mayHaveBeenHit() {
        return cancelling || clock.getAsLong() - hitUntil < 0;
    }

    /**
     * On the loop: cancels the head if it is not needed, and goes on while there are such statements. One whose caller gave up
     * has the grace to end by itself; one that was moved had it. A request may be lost, or come too early; each further one
     * for the same head waits twice as long.
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
