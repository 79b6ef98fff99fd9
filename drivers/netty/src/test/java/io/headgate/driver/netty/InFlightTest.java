package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class InFlightTest {

    private final InFlight inFlight = new InFlight(Runnable::run);
    private final List<String> signals = new ArrayList<>();

    private Disposable wait(String name) {
        return inFlight.whenNone().subscribe(nothing -> {}, error -> {}, () -> signals.add(name));
    }

    @Test
    void signalsAtOnceWhenNothingIsInFlight() {
        wait("a");
        assertThat(signals).containsExactly("a");
    }

    @Test
    void signalsAllWaitersWhenTheLastWorkHasEnded() {
        inFlight.begin();
        inFlight.begin();
        wait("a");
        wait("b");
        inFlight.end();
        assertThat(signals).isEmpty();
        inFlight.end();
        assertThat(signals).containsExactly("a", "b");
        assertThat(inFlight.isNone()).isTrue();
    }

    /** The first waiter passes the connection to the next user, which sends work, cancels it and waits until the connection is idle. */
    @Test
    void signalsNoFurtherWaiterAfterTheFirstHasSentWork() {
        inFlight.begin();
        inFlight.whenNone().subscribe(nothing -> {}, error -> {}, () -> {
            signals.add("first");
            inFlight.begin();
            wait("next user");
        });
        inFlight.end();
        assertThat(signals).containsExactly("first");
        inFlight.end();
        assertThat(signals).containsExactly("first", "next user");
    }

    @Test
    void skipsCancelledWaiters() {
        inFlight.begin();
        wait("gone").dispose();
        wait("here");
        inFlight.end();
        assertThat(signals).containsExactly("here");
    }

    /** Waits on another thread, while the first waiter passes the connection to the next user on the loop. */
    @Test
    void signalsOnTheLoopOnlyWhileNothingIsInFlight() {
        List<Runnable> loop = new ArrayList<>();
        InFlight shared = new InFlight(loop::add);
        shared.whenNone().subscribe(nothing -> {}, error -> {}, () -> {
            signals.add("first");
            shared.begin();
        });
        shared.whenNone().subscribe(nothing -> {}, error -> {}, () -> signals.add("second"));
        assertThat(signals).isEmpty();
        loop.forEach(Runnable::run);
        assertThat(signals).containsExactly("first");
        shared.end();
        loop.get(loop.size() - 1).run();
        assertThat(signals).containsExactly("first", "second");
    }
}
