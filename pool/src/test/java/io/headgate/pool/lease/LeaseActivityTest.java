package io.headgate.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.pool.Signals;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

/** What streams do on a lease, as the pool sees it. */
class LeaseActivityTest {

    private final LeaseActivity activity = new LeaseActivity();
    private final TestPublisher<String> rows = TestPublisher.create();
    private long now = 1_000;

    /** Asks for nothing by itself. */
    private static final class Reader extends BaseSubscriber<String> {

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // as it is told to
        }
    }

    /** Its reader, who takes no more for now, may be waiting for a read outside. */
    @Test
    void aStreamIsIdleWhileItsReaderAsksForNothing() {
        Reader reader = new Reader();
        activity.stream(rows.flux()).subscribe(reader);
        assertIdle();
        reader.request(1);
        reader.request(1);
        assertBusy();
        rows.next("a");
        assertBusy();
        rows.next("b");
        assertIdle();
        reader.request(Long.MAX_VALUE);
        rows.next("c");
        assertBusy();
        reader.cancel();
        assertIdle();
    }

    @Test
    void aStreamThatHasEndedIsIdle() {
        for (Flux<String> ends :
                List.of(Flux.<String>empty(), Flux.just("a", "b"), Flux.<String>error(new IllegalStateException()))) {
            Signals.of(activity.stream(ends));
            assertIdle();
        }
    }

    @Test
    void whatIsAskedForAfterTheEndIsNotUnderWay() {
        Reader reader = new Reader();
        activity.stream(rows.flux()).subscribe(reader);
        reader.request(1);
        rows.next("a");
        rows.complete();
        reader.request(1);
        assertIdle();
    }

    @Test
    void aStreamThatFlowsIsNotOverdue() {
        activity.overdueFrom(100);
        Signals.of(activity.stream(rows.flux()));
        for (int i = 0; i < 10; i++) {
            rows.next("a");
            assertOverdue(false);
            now += 60;
            assertOverdue(false);
        }
        now += 100;
        assertOverdue(true);
        rows.next("at last");
        assertOverdue(false);
    }

    @Test
    void aStreamThatNobodyReadsIsNotOverdue() {
        activity.overdueFrom(100);
        activity.stream(rows.flux()).subscribe(new Reader());
        assertOverdue(false);
        now += 200;
        assertOverdue(false);
    }

    @Test
    void whatTakesDataIsUnderWayFromTheirEndOn() {
        Sinks.Empty<Long> answer = Sinks.empty();
        Signals<Long> load = Signals.of(activity.fed(rows.flux(), data -> data.then(answer.asMono())));
        assertIdle();
        rows.next("a");
        assertIdle();
        rows.complete();
        assertBusy();
        answer.tryEmitEmpty();
        assertIdle();
        assertThat(load.completed()).isTrue();
    }

    @Test
    void whatIsGivenUpIsNotUnderWayAnyMoreThoughItsDataEnd() {
        Signals<Long> load = Signals.of(activity.fed(rows.flux(), data -> data.then(Mono.never())));
        rows.complete();
        assertBusy();
        load.cancel();
        assertIdle();
        Signals.of(
                activity.fed(Flux.<String>empty(), data -> data.then(Mono.<Long>error(new IllegalStateException()))));
        assertIdle();
    }

    /** In a session it would be taken for a statement that runs for ever. */
    @Test
    void whatThrowsWhenItIsSentIsNotUnderWay() {
        Flux<String> throwing = new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super String> actual) {
                actual.onSubscribe(Operators.emptySubscription());
                throw new NoClassDefFoundError("Missing");
            }
        };
        assertThatThrownBy(() -> Signals.of(activity.stream(throwing))).isInstanceOf(NoClassDefFoundError.class);
        assertThatThrownBy(() -> Signals.of(activity.statement(Mono.fromDirect(throwing))))
                .isInstanceOf(NoClassDefFoundError.class);
        assertIdle();
    }

    private void assertIdle() {
        activity.look(now);
        assertThat(activity.isIdle(now, 0)).isTrue();
        assertThat(activity.isIdle(now, 50)).isFalse();
        now += 50;
        activity.look(now);
        assertThat(activity.isIdle(now, 50)).isTrue();
    }

    private void assertBusy() {
        activity.look(now);
        now += 50;
        activity.look(now);
        assertThat(activity.isIdle(now, 0)).isFalse();
    }

    private void assertOverdue(boolean expected) {
        activity.look(now);
        assertThat(activity.isOverdue(now)).isEqualTo(expected);
    }
}
