package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class InFlightTest {

    private final InFlight inFlight = new InFlight(Runnable::run);
    private final List<String> told = new ArrayList<>();

    private Disposable wait(String name) {
        return inFlight.whenNone().subscribe(nothing -> {}, error -> {}, () -> told.add(name));
    }

    @Test
    void tellsAtOnceWhenThereIsNothing() {
        wait("a");
        assertThat(told).containsExactly("a");
    }

    @Test
    void tellsAllWhoWaitWhenTheLastHasEnded() {
        inFlight.begin();
        inFlight.begin();
        wait("a");
        wait("b");
        inFlight.end();
        assertThat(told).isEmpty();
        inFlight.end();
        assertThat(told).containsExactly("a", "b");
        assertThat(inFlight.isNone()).isTrue();
    }

    /** The first hands the connection on to a next user, who sends, gives up and waits for its rest. */
    @Test
    void tellsNobodyOfARestThatTheFirstToldHasEnded() {
        inFlight.begin();
        inFlight.whenNone().subscribe(nothing -> {}, error -> {}, () -> {
            told.add("first");
            inFlight.begin();
            wait("next user");
        });
        inFlight.end();
        assertThat(told).containsExactly("first");
        inFlight.end();
        assertThat(told).containsExactly("first", "next user");
    }

    @Test
    void passesOverWhoGaveUpWaiting() {
        inFlight.begin();
        wait("gone").dispose();
        wait("here");
        inFlight.end();
        assertThat(told).containsExactly("here");
    }

    /** Waits on another thread, while the first told hands the connection on to a next user on the loop. */
    @Test
    void tellsOnTheLoopWhatHoldsThere() {
        List<Runnable> loop = new ArrayList<>();
        InFlight shared = new InFlight(loop::add);
        shared.whenNone().subscribe(nothing -> {}, error -> {}, () -> {
            told.add("first");
            shared.begin();
        });
        shared.whenNone().subscribe(nothing -> {}, error -> {}, () -> told.add("second"));
        assertThat(told).isEmpty();
        loop.forEach(Runnable::run);
        assertThat(told).containsExactly("first");
        shared.end();
        loop.get(loop.size() - 1).run();
        assertThat(told).containsExactly("first", "second");
    }
}
