package io.headgate.pool.lane;

import static io.headgate.pool.Interleaving.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Interleaving;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.PooledConnection;
import io.headgate.pool.statement.StatementTimes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** The places of one lane, also with the model checker; and callers and drivers that throw. */
class LaneTest {

    private static final int TRIES = 150;

    private final FakeConnection connection = new FakeConnection(true, false);
    private final LaneFixture shallow = new LaneFixture(1, 1);
    private final LaneFixture one = new LaneFixture(1, 2);

    @Test
    void tellsOnceThatItIsEmptyAfterItWasToldToLeave() {
        AtomicInteger empty = new AtomicInteger();
        Lane lane = lane(one, empty::incrementAndGet);
        assertThat(lane.take()).isTrue();
        lane.leave();
        lane.leave();
        assertThat(lane.take()).isFalse();
        assertThat(empty).hasValue(0);
        lane.free();
        lane.leave();
        assertThat(empty).hasValue(1);
    }

    @Test
    void tellsAtOnceWhenNothingIsUnderWay() {
        AtomicInteger empty = new AtomicInteger();
        lane(one, empty::incrementAndGet).leave();
        assertThat(empty).hasValue(1);
    }

    @Test
    void neverHoldsMoreThanItsDepthAndIsEmptyOnce() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger empty = new AtomicInteger();
            Lane lane = lane(shallow, () -> {
                check(inside.get() == 0, "empty with a statement under way");
                empty.incrementAndGet();
            });
            Runnable use = () -> {
                if (lane.take()) {
                    check(inside.incrementAndGet() == 1, "more than its depth");
                    check(empty.get() == 0, "taken after it was empty");
                    inside.decrementAndGet();
                    lane.free();
                }
            };
            Interleaving.of(use, use, lane::leave);
            check(empty.get() == 1, "told " + empty.get() + " times that it is empty");
            check(!lane.take(), "takes a statement after it left");
        });
    }

    @Test
    void yieldsUntilEmptyAndIsThenAsBefore() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            Lane lane = lane(one, () -> {});
            check(lane.take(), "there was room");
            Interleaving.of(
                    () -> {
                        lane.yieldTurn();
                        lane.free();
                    },
                    () -> {
                        if (lane.take()) {
                            lane.free();
                        }
                    });
            check(lane.taken() == 0, "something is left of it: " + lane.taken());
            check(lane.take(), "no first place");
            check(lane.take(), "no second place");
            check(!lane.take(), "a third place");
        });
    }

    @Test
    void leavesOnceWhileItYields() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            AtomicInteger empty = new AtomicInteger();
            Lane lane = lane(one, empty::incrementAndGet);
            check(lane.take(), "there was room");
            Interleaving.of(
                    () -> {
                        lane.yieldTurn();
                        lane.free();
                    },
                    lane::leave);
            check(empty.get() == 1, "told " + empty.get() + " times that it is empty");
            check(!lane.take() && lane.inFlight() == 0, "takes a statement after it left");
        });
    }

    @Test
    void survivesCallersThatThrowWhenTheyAreTold() {
        for (Throwable thrown : List.of(new IllegalStateException("x"), new NoClassDefFoundError("x"))) {
            LaneFixture fixture = new LaneFixture(1, 1);
            Signals<SqlResult> first = fixture.call("a");
            fixture.execute("b").subscribe(throwing(thrown));
            Signals<SqlResult> next = fixture.call("c");
            FakeConnection connection = fixture.connection(0);
            connection.answerAtOnce();
            connection.answer();
            assertThat(first.completed() && next.completed()).isTrue();
            assertThat(fixture.lanes.state().inFlight()).isZero();
            assertThat(fixture.call("d").completed()).isTrue();
        }
    }

    @Test
    void refusesTheOthersAfterACallerThatThrows() {
        one.server.acceptOnCommand();
        one.execute("a").subscribe(throwing(new NoClassDefFoundError("x")));
        Signals<SqlResult> next = one.call("b");
        one.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        assertThat(next.error()).isInstanceOf(ConnectFailedException.class);
    }

    @Test
    void failsTheCallerOfADriverThatThrowsAndFreesItsPlace() {
        Signals.of(one.lanes.warmUp());
        IllegalStateException thrown = new IllegalStateException("x");
        one.connection(0).throwOnce(thrown);
        assertThat(one.call("a").error()).isSameAs(thrown);
        assertThat(one.lanes.state().inFlight()).isZero();
    }

    private static Signals<SqlResult> throwing(Throwable thrown) {
        return new Signals<>() {
            @Override
            public void onNext(SqlResult value) {
                LaneTest.<RuntimeException>sneaky(thrown);
            }

            @Override
            public void onError(Throwable error) {
                LaneTest.<RuntimeException>sneaky(thrown);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneaky(Throwable error) throws T {
        throw (T) error;
    }

    private Lane lane(LaneFixture fixture, Runnable whenEmpty) {
        return new Lane(
                new PooledConnection(connection, 0, Long.MAX_VALUE),
                fixture.options,
                fixture.options.laneDepth(),
                new StatementTimes(2_000_000),
                fixture.time,
                fixture.supply::now,
                () -> false,
                () -> {},
                whenEmpty);
    }
}
