package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.topology.Position;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class ConsistencySessionTest {

    private static Position at(int timeline, long lsn) {
        return new Position(9, timeline, new Lsn(lsn));
    }

    @Test
    void itKeepsTheHighest() {
        ConsistencySession session = ConsistencySession.create();
        assertThat(session.position()).isNull();
        for (Position each : List.of(at(1, 5), at(1, 3), at(1, 9), at(1, 9), at(1, 2))) {
            session.advance(each);
        }
        assertThat(session.position()).isEqualTo(at(1, 9));
    }

    /** Positions are unsigned. */
    @Test
    void positionsOverTheHalfOfTheLogAreHigher() {
        ConsistencySession session = ConsistencySession.startingAt(at(1, -1));
        session.advance(at(1, 5));
        assertThat(session.position()).isEqualTo(at(1, -1));
    }

    @Test
    void aLaterTimelineIsHigherAtAnyPosition() {
        ConsistencySession session = ConsistencySession.startingAt(at(1, 900));
        session.advance(at(2, 300));
        session.advance(at(1, 1_000));
        assertThat(session.position()).isEqualTo(at(2, 300));
    }

    @Test
    void anotherClusterReplacesIt() {
        ConsistencySession session = ConsistencySession.startingAt(at(7, 900));
        session.advance(new Position(10, 1, new Lsn(1)));
        assertThat(session.position()).isEqualTo(new Position(10, 1, new Lsn(1)));
    }

    @Test
    void itTravelsInTheContext() {
        ConsistencySession session = ConsistencySession.create();
        Mono<ConsistencySession> found =
                Mono.deferContextual(context -> Mono.justOrEmpty(ConsistencySession.of(context)));
        assertThat(found.contextWrite(session.inContext()).block()).isSameAs(session);
        assertThat(found.block()).isNull();
        assertThat(ConsistencySession.of(Context.empty())).isNull();
    }

    @Test
    void manyThreadsAdvanceIt() {
        ConsistencySession session = ConsistencySession.create();
        LongStream.rangeClosed(1, 100_000).parallel().forEach(each -> session.advance(at(1, each)));
        assertThat(session.position()).isEqualTo(at(1, 100_000));
    }
}
