package io.headgate.pool.lane;

import static io.headgate.pool.Interleaving.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Interleaving;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.PooledConnection;
import io.headgate.pool.statement.StatementTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** The queue alone, with the model checker trying the ways in which its users can interleave. */
class LaneQueueTest {

    private static final int TRIES = 150;

    private final FakeConnection connection = new FakeConnection(true, false);
    private final LaneFixture one = new LaneFixture(1, 1);
    private final SqlStatement statement = SqlStatement.of("a");

    @Test
    void takesNoMoreThanItsBoundAndWhatIsAllowedBeyond() {
        LaneQueue queue = new LaneQueue(1);
        assertThat(queue.reserve(1)).isTrue();
        assertThat(queue.reserve(1)).isTrue();
        assertThat(queue.reserve(1)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void removesACallOnce() {
        LaneQueue queue = new LaneQueue(1);
        LaneCall call = newCall();
        assertThat(queue.reserve(0) && queue.add(call, 0)).isTrue();
        assertThat(queue.remove(call)).isTrue();
        assertThat(queue.remove(call)).isFalse();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void refusesThoseThatHadComeByAMoment() {
        LaneQueue queue = new LaneQueue(3);
        List<Signals<SqlResult>> callers = new ArrayList<>();
        for (long when = 1; when <= 3; when++) {
            Signals<SqlResult> caller = new Signals<>();
            callers.add(caller);
            queue.reserve(0);
            queue.add(new LaneCall(one.lanes, caller, SqlStatement.of("a"), one.profile), when);
        }
        queue.takeUntil(2, call -> call.refuse(new IllegalStateException("refused")));
        assertThat(callers).extracting(Signals::ended).containsExactly(true, true, false);
        assertThat(queue.size()).isEqualTo(1);
    }

    /** A driver may refuse a statement at once. Its caller's code then runs while it is served, and may take long. */
    @Test
    void oneThatIsServedHoldsUpNobodyElse() {
        LaneQueue queue = new LaneQueue(3);
        Lane two = lane(2);
        List<LaneCall> served = new ArrayList<>();
        LaneCall first = newCall();
        LaneCall second = newCall();
        assertThat(queue.reserve(0) && queue.add(first, 0)).isTrue();
        queue.drain(() -> two.take() ? two : null, (call, lane) -> {
            served.add(call);
            if (call == first) {
                assertThat(queue.reserve(0) && queue.add(second, 0)).isTrue();
                queue.drain(() -> two.take() ? two : null, (other, place) -> served.add(other));
                assertThat(served).containsExactly(first, second);
            }
        });
        assertThat(served).containsExactly(first, second);
    }

    /** One place that each who gets it gives back, as a lane of depth one. */
    @Test
    void servesEachOfThoseThatComeWhenAPlaceIsThere() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            LaneQueue queue = new LaneQueue(2);
            AtomicInteger served = new AtomicInteger();
            Lane place = lane();
            Runnable come = () -> {
                LaneCall call = newCall();
                check(queue.reserve(0) && queue.add(call, 0), "there was room");
                queue.drain(() -> place.take() ? place : null, (next, lane) -> {
                    served.incrementAndGet();
                    lane.free();
                });
            };
            Interleaving.of(come, come);
            check(served.get() == 2, "served " + served.get() + " of 2");
            check(queue.isEmpty() && place.inFlight() == 0, "something is left");
        });
    }

    @Test
    void keepsNothingOfACallThatGivesUpWhileItJoins() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            LaneQueue queue = new LaneQueue(1);
            LaneCall call = newCall();
            queue.reserve(0);
            Interleaving.of(() -> queue.add(call, 0), () -> {
                call.cancel();
                queue.remove(call);
            });
            check(queue.isEmpty(), "it is still counted");
        });
    }

    @Test
    void givesAPlaceThatWasLeftToSomebodyThoughAnotherWasJustRefused() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            LaneQueue queue = new LaneQueue(1);
            LaneCall call = newCall();
            check(queue.reserve(0) && queue.add(call, 0), "there was room");
            AtomicInteger taken = new AtomicInteger();
            Runnable come = () -> {
                if (queue.reserve(0)) {
                    taken.incrementAndGet();
                }
            };
            Interleaving.of(come, () -> {
                queue.remove(call);
                come.run();
            });
            check(taken.get() == 1, taken.get() + " took the one place");
        });
    }

    private LaneCall newCall() {
        return new LaneCall(one.lanes, new Signals<>(), statement, one.profile);
    }

    private Lane lane() {
        return lane(one.options.laneDepth());
    }

    private Lane lane(int depth) {
        return new Lane(
                new PooledConnection(connection, 0, Long.MAX_VALUE),
                one.options,
                depth,
                new StatementTimes(2_000_000),
                one.time,
                one.supply::now,
                () -> false,
                () -> {},
                () -> {});
    }
}
