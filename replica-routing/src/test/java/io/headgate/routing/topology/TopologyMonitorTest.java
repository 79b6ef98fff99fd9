package io.headgate.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeStatus.Standing;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class TopologyMonitorTest {

    private static final Node A = Node.of("a", 1);
    private static final Node B = Node.of("b", 2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Map<Node, Mono<NodeReport>> answers = new HashMap<>();
    private final Map<Node, Integer> asked = new HashMap<>();
    private final RecordingUser user = new RecordingUser();
    private final TopologyMonitor monitor = new TopologyMonitor(
            List.of(A, B),
            node -> {
                asked.merge(node, 1, Integer::sum);
                return answers.get(node);
            },
            user,
            time,
            () -> time.now(TimeUnit.NANOSECONDS));

    @AfterEach
    void close() {
        monitor.close();
        time.dispose();
    }

    private static Mono<NodeReport> writes(int timeline) {
        return Mono.just(new NodeReport(7, false, timeline, new Lsn(100)));
    }

    private static Mono<NodeReport> replays(int timeline) {
        return Mono.just(new NodeReport(7, true, timeline, new Lsn(100)));
    }

    private void startWithPrimary() {
        answers.put(A, writes(1));
        answers.put(B, replays(1));
        monitor.start();
    }

    /** Past the quick time after the first answers. */
    private void settle() {
        time.advanceTimeBy(TopologyMonitor.QUICK_AFTER_CHANGE.plusSeconds(1));
        asked.clear();
    }

    @Test
    void itFindsTheRoles() {
        startWithPrimary();
        assertThat(monitor.current().primary().orElseThrow().node()).isEqualTo(A);
        assertThat(monitor.current().status(B).standing()).isEqualTo(Standing.REPLICA);
    }

    @Test
    void aNodeWhoseRoleChangesIsReported() {
        startWithPrimary();
        assertThat(user.roleChanges).as("the first roles").isEmpty();
        answers.put(B, writes(2));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(user.roleChanges).containsExactly(B);
        assertThat(user.replaced).containsExactly(A);
        user.roleChanges.clear();
        answers.put(A, replays(2));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(user.roleChanges).containsExactly(A);
    }

    @Test
    void itPollsOnceASecondWhenNothingHappens() {
        startWithPrimary();
        settle();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(asked).containsEntry(A, 10).containsEntry(B, 10);
    }

    @Test
    void itPollsQuicklyAfterAChange() {
        startWithPrimary();
        settle();
        answers.put(A, Mono.error(new IllegalStateException("down")));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(monitor.current().status(A).isReachable()).isFalse();
        asked.clear();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(asked.get(A)).isBetween(99, 101);
        time.advanceTimeBy(Duration.ofSeconds(30));
        asked.clear();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(asked.get(A)).isEqualTo(10);
    }

    @Test
    void itPollsQuicklyWhileACallWaits() {
        startWithPrimary();
        settle();
        AtomicReference<Topology> found = new AtomicReference<>();
        Disposable waiting = monitor.await(topology -> topology.timeline() == 2).subscribe(found::set);
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(asked.get(B)).isBetween(50, 52);
        assertThat(found.get()).isNull();
        answers.put(B, writes(2));
        time.advanceTimeBy(TopologyMonitor.QUICK_INTERVAL);
        assertThat(found.get().primary().orElseThrow().node()).isEqualTo(B);
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(monitor.current().status(A).standing()).isEqualTo(Standing.FENCED);
    }

    @Test
    void aCancelledCallNoLongerHastens() {
        startWithPrimary();
        settle();
        monitor.await(topology -> false).subscribe().dispose();
        time.advanceTimeBy(TopologyMonitor.INTERVAL);
        asked.clear();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(asked.get(A)).isEqualTo(10);
    }

    /** It cancels when it gets its subscription, so before it has begun to wait. */
    @Test
    void aCallThatIsCancelledAtOnceNoLongerHastens() {
        startWithPrimary();
        settle();
        for (int i = 0; i < TopologyMonitor.MOST_WAITING; i++) {
            monitor.await(topology -> false).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.cancel();
                }
            });
        }
        assertThat(monitor.hasRoom()).isTrue();
        asked.clear();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(asked.get(A)).isLessThan(13);
    }

    @Test
    void thereIsRoomForSoManyCallsOnly() {
        Disposable.Composite waiting = Disposables.composite();
        for (int i = 0; i < TopologyMonitor.MOST_WAITING; i++) {
            assertThat(monitor.hasRoom()).isTrue();
            waiting.add(monitor.await(topology -> false).subscribe());
        }
        assertThat(monitor.hasRoom()).isFalse();
        waiting.dispose();
        assertThat(monitor.hasRoom()).isTrue();
    }

    @Test
    void whatIsKnownAlreadyIsNotWaitedFor() {
        startWithPrimary();
        asked.clear();
        assertThat(monitor.await(topology -> topology.primary().isPresent()).block())
                .isEqualTo(monitor.current());
        assertThat(asked).isEmpty();
    }

    /** Its question never ends by itself. */
    @Test
    void aNodeThatDoesNotAnswerIsUnreachableAfterAWhileAndAskedAgain() {
        startWithPrimary();
        settle();
        answers.put(A, Mono.never());
        time.advanceTimeBy(TopologyMonitor.INTERVAL.plus(TopologyMonitor.PROBE_TIMEOUT));
        assertThat(monitor.current().status(A).isReachable()).isFalse();
        assertThat(monitor.current().status(B).isReachable()).isTrue();
        answers.put(A, writes(1));
        time.advanceTimeBy(TopologyMonitor.PROBE_TIMEOUT.plus(TopologyMonitor.INTERVAL));
        assertThat(monitor.current().status(A).isReachable()).isTrue();
    }

    @Test
    void aNodeThatIsLostIsReportedOnce() {
        startWithPrimary();
        settle();
        answers.put(A, Mono.error(new IllegalStateException("refused")));
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(user.lost).containsExactly(A);
    }

    @Test
    void whyANodeDoesNotAnswerIsSaid() {
        answers.put(A, Mono.error(new IllegalStateException("password authentication failed")));
        answers.put(B, replays(1));
        monitor.start();
        assertThat(monitor.current()).asString().contains("password authentication failed");
    }

    /** Its pooler is full, so the probe waits behind the calls. */
    @Test
    void aNodeThatServesCallsIsNotLost() {
        startWithPrimary();
        settle();
        user.serving.add(A);
        answers.put(A, Mono.never());
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(monitor.current().status(A).isReachable()).isTrue();
        assertThat(user.lost).isEmpty();
        user.serving.remove(A);
        time.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(monitor.current().status(A).isReachable()).isFalse();
    }

    @Test
    void aProbeThatThrowsOrGivesNothingIsNoAnswer() {
        answers.put(A, Mono.empty());
        monitor.start();
        time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(monitor.current().nodes()).allMatch(each -> !each.isReachable());
        assertThat(asked.get(A)).isPositive();
        assertThat(asked.get(B)).isGreaterThan(1);
    }

    @Test
    void aRecheckAsksAtOnceAndOnlyOnce() {
        startWithPrimary();
        settle();
        time.advanceTimeBy(TopologyMonitor.QUICK_INTERVAL);
        asked.clear();
        monitor.recheck();
        assertThat(asked).containsEntry(A, 1);
        answers.put(A, Mono.never());
        time.advanceTimeBy(TopologyMonitor.QUICK_INTERVAL);
        monitor.recheck();
        monitor.recheck();
        assertThat(asked).containsEntry(A, 2);
    }

    /** Each call that fails asks for one. */
    @Test
    void rechecksDoNotAskMoreOftenThanTheQuickInterval() {
        startWithPrimary();
        settle();
        for (int millis = 0; millis < 1_000; millis++) {
            monitor.recheck();
            time.advanceTimeBy(Duration.ofMillis(1));
        }
        assertThat(asked.get(A)).isBetween(8, 11);
    }

    @Test
    void afterTheCloseNothingIsAskedAndNobodyWaits() {
        startWithPrimary();
        AtomicReference<Boolean> ended = new AtomicReference<>(false);
        monitor.await(topology -> false).doOnTerminate(() -> ended.set(true)).subscribe();
        monitor.close();
        assertThat(ended.get()).isTrue();
        asked.clear();
        time.advanceTimeBy(Duration.ofMinutes(1));
        monitor.recheck();
        assertThat(asked).isEmpty();
        assertThat(monitor.await(topology -> false).blockOptional()).isEmpty();
    }
}
