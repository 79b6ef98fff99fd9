package io.headgate.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.headgate.pool.PoolState;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.Topology;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.util.context.Context;

class HeadgateMetricsTest {

    private static final Node NODE = Node.of("db", 6432);
    private static final SqlStatement STATEMENT = SqlStatement.of("SELECT secret FROM account");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();
    private final HeadgateMetrics metrics = new HeadgateMetrics(Tags.of("client", "music"), now::get);

    HeadgateMetricsTest() {
        metrics.bindTo(registry);
    }

    private double count(String name, String... tags) {
        Meter meter = registry.get(name).tag("client", "music").tags(tags).meter();
        return meter instanceof Timer timer
                ? timer.count()
                : meter.measure().iterator().next().getValue();
    }

    @Test
    void routesAreCountedByReason() {
        Node replica = Node.of("replica", 1);
        metrics.routed(new Receipt.Route(NODE, Role.PRIMARY, "write", null, Duration.ZERO), Context.empty());
        metrics.routed(new Receipt.Route(replica, Role.REPLICA, "replayed", null, null), Context.empty());
        metrics.routed(new Receipt.Route(replica, Role.REPLICA, "replayed", null, null), Context.empty());
        assertThat(count("headgate.routed", "node", "db:6432", "role", "primary", "reason", "write"))
                .isEqualTo(1);
        assertThat(count("headgate.routed", "node", "replica:1", "role", "replica", "reason", "replayed"))
                .isEqualTo(2);
    }

    @Test
    void nodesAreShownAsTheyAreKnown() {
        Node replica = Node.of("replica", 1);
        AtomicReference<Topology> known = new AtomicReference<>(Topology.of(List.of(NODE, replica)));
        metrics.watchNodes(known::get);
        assertThat(count("headgate.node.reachable", "node", "replica:1")).isZero();
        assertThat(count("headgate.node.bytes.behind", "node", "replica:1")).isNaN();
        long start = System.nanoTime();
        known.set(known.get()
                .answered(NODE, new NodeReport(1, false, 1, new Lsn(100)), start)
                .answered(replica, new NodeReport(1, true, 1, new Lsn(100)), start)
                .answered(NODE, new NodeReport(1, false, 1, new Lsn(160)), start + 1));
        assertThat(count("headgate.node.primary", "node", "db:6432")).isEqualTo(1);
        assertThat(count("headgate.node.primary", "node", "replica:1")).isZero();
        assertThat(count("headgate.node.reachable", "node", "replica:1")).isEqualTo(1);
        assertThat(count("headgate.node.bytes.behind", "node", "replica:1")).isEqualTo(60);
        assertThat(count("headgate.node.seconds.behind", "node", "replica:1")).isBetween(0.0, 60.0);
    }

    private double milliseconds(String name, String... tags) {
        return registry.get(name).tags(tags).timer().totalTime(TimeUnit.MILLISECONDS);
    }

    private void ended(SqlStatement statement, long nanos, @Nullable Throwable error) {
        Observation observation =
                metrics.started(Operation.of(Operation.Kind.STATEMENT, NODE, statement), Context.empty());
        now.addAndGet(nanos);
        observation.ended(error);
    }

    @Test
    void timesStatementsThatSucceed() {
        ended(STATEMENT, 2_000_000, null);
        ended(STATEMENT, 3_000_000, null);
        assertThat(count("headgate.statements", "node", NODE.name(), "outcome", "success"))
                .isEqualTo(2);
        assertThat(milliseconds("headgate.statements", "outcome", "success")).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void timesStatementsThatFailByOutcome(Outcome outcome) {
        String tag = outcome.name().toLowerCase(Locale.ROOT);
        ended(STATEMENT, 1_000_000, new ConnectionLostException(NODE, "x", outcome, null));
        assertThat(count("headgate.statements", "node", NODE.name(), "outcome", tag))
                .isEqualTo(1);
        assertThat(milliseconds("headgate.statements", "outcome", tag)).isEqualTo(1);
        assertThat(count("headgate.statements", "outcome", "success")).isZero();
    }

    @Test
    void aTransactionAndWhatItsCallerCancelledAreNotTimed() {
        metrics.started(Operation.transaction(), Context.empty()).ended(null);
        metrics.started(Operation.of(Operation.Kind.STATEMENT, NODE, STATEMENT), Context.empty())
                .cancelled();
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()))
                .doesNotContain("headgate.statements");
    }

    @Test
    void anErrorOfNoKnownKindHasAnUnknownOutcome() {
        ended(STATEMENT, 1_000_000, new IllegalStateException());
        assertThat(count("headgate.statements", "outcome", "unknown")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void countsConnectionsThatAreClosedByReason(CloseReason reason) {
        metrics.connectionClosed(NODE, reason);
        for (CloseReason each : CloseReason.values()) {
            assertThat(count(
                            "headgate.connections.closed",
                            "node",
                            NODE.name(),
                            "reason",
                            each.name().toLowerCase(Locale.ROOT)))
                    .isEqualTo(each == reason ? 1 : 0);
        }
    }

    @Test
    void countsTheRest() {
        metrics.statementReprepared(NODE, STATEMENT, "0A000");
        metrics.connectionOpened(NODE, 7_000_000);
        metrics.connectionFailed(NODE, new IllegalStateException());
        metrics.acquired(NODE, 4_000_000, Context.empty());
        metrics.acquireFailed(NODE, new IllegalStateException(), Context.empty());
        metrics.cancelled(NODE);
        metrics.cancelled(NODE);
        assertThat(count("headgate.statements.reprepared", "node", NODE.name())).isEqualTo(1);
        assertThat(count("headgate.connections.opened", "node", NODE.name())).isEqualTo(1);
        assertThat(milliseconds("headgate.connections.opened")).isEqualTo(7);
        assertThat(count("headgate.connections.failed", "node", NODE.name())).isEqualTo(1);
        assertThat(count("headgate.acquire", "node", NODE.name())).isEqualTo(1);
        assertThat(milliseconds("headgate.acquire")).isEqualTo(4);
        assertThat(count("headgate.acquire.failed", "node", NODE.name())).isEqualTo(1);
        assertThat(count("headgate.cancelled", "node", NODE.name())).isEqualTo(2);
    }

    @Test
    void keepsNodesApartAndHasNoTagOfUnboundedRange() {
        metrics.cancelled(NODE);
        metrics.cancelled(Node.of("other", 6432));
        ended(STATEMENT, 1_000_000, null);
        int meters = registry.getMeters().size();
        for (int i = 0; i < 1_000; i++) {
            ended(SqlStatement.of("SELECT " + i), 1_000_000, new IllegalStateException("e" + i));
            metrics.statementReprepared(NODE, STATEMENT, "0A" + i);
        }
        assertThat(registry.getMeters()).hasSize(meters);
        assertThat(count("headgate.cancelled", "node", NODE.name())).isEqualTo(1);
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getKey)
                .containsOnly("client", "node", "outcome", "reason");
    }

    @Test
    void allMetersOfANodeAppearAtZeroWithItsFirstEvent() {
        assertThat(registry.getMeters()).isEmpty();
        metrics.connectionOpened(NODE, 1);
        assertThat(registry.getMeters())
                .hasSize(1 + Outcome.values().length + CloseReason.values().length + 7)
                .allSatisfy(meter -> assertThat(meter.getId().getDescription())
                        .as(meter.getId().getName())
                        .isNotBlank());
    }

    @Test
    void gaugesShowThePoolAsItIs() {
        AtomicReference<PoolState> state = new AtomicReference<>(new PoolState(4, 1, 3, 0, 0, 2, 16, 1_000));
        metrics.watch(state::get);
        assertThat(gauges())
                .containsExactly(
                        "connecting 1",
                        "idle 1",
                        "in.flight 0",
                        "lanes 0",
                        "leased 3",
                        "max.connections 16",
                        "max.waiting 1000",
                        "open 4",
                        "waiting 2");
        state.set(new PoolState(5, 0, 5, 0, 0, 7, 16, 1_000));
        assertThat(gauges()).contains("connecting 0", "idle 0", "leased 5", "open 5", "waiting 7");
    }

    private List<String> gauges() {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("headgate.pool."))
                .map(meter -> meter.getId().getName().substring("headgate.pool.".length()) + " "
                        + Math.round(meter.measure().iterator().next().getValue()))
                .sorted()
                .toList();
    }

    /** A figure that is new in the state wants a gauge. */
    @Test
    void everyFigureOfThePoolHasAGauge() {
        metrics.watch(() -> new PoolState(4, 1, 3, 0, 0, 2, 16, 1_000));
        List<String> names = Arrays.stream(PoolState.class.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name ->
                        "headgate.pool." + name.replaceAll("([A-Z])", ".$1").toLowerCase(Locale.ROOT))
                .toList();
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsAll(names);
    }

    @Test
    void bindsToSeveralRegistriesInAnyOrderOfCalls() {
        metrics.watch(() -> new PoolState(4, 1, 3, 0, 0, 2, 16, 1_000));
        MeterRegistry second = new SimpleMeterRegistry();
        metrics.bindTo(second);
        metrics.cancelled(NODE);
        for (MeterRegistry each : List.of(registry, second)) {
            assertThat(each.get("headgate.pool.open").gauge().value()).isEqualTo(4);
            assertThat(each.get("headgate.cancelled").counter().count()).isEqualTo(1);
        }
    }

    @Test
    void countsOnceInARegistryThatIsBoundTwice() {
        metrics.bindTo(registry);
        metrics.cancelled(NODE);
        assertThat(count("headgate.cancelled")).isEqualTo(1);
    }

    @Test
    void worksWithoutARegistry() {
        HeadgateMetrics unbound = new HeadgateMetrics();
        unbound.watch(() -> new PoolState(0, 0, 0, 0, 0, 0, 1, 1));
        unbound.cancelled(NODE);
        SimpleMeterRegistry late = new SimpleMeterRegistry();
        unbound.bindTo(late);
        assertThat(late.get("headgate.pool.max.connections").gauge().value()).isEqualTo(1);
        unbound.acquired(NODE, 1, Context.empty());
        assertThat(late.get("headgate.cancelled").counter().count()).isZero();
        assertThat(late.get("headgate.acquire").timer().count()).isEqualTo(1);
    }

    @Test
    void watchesOnePool() {
        metrics.watch(() -> new PoolState(0, 0, 0, 0, 0, 0, 1, 1));
        assertThatThrownBy(() -> metrics.watch(() -> new PoolState(0, 0, 0, 0, 0, 0, 1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a HeadgateMetrics of its own");
    }

    @Test
    void losesNothingWhenManyThreadsMeetANewNode() throws Exception {
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CyclicBarrier together = new CyclicBarrier(threads);
        try {
            List<Future<?>> recording = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                recording.add(executor.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        together.await();
                        metrics.cancelled(Node.of("node-" + round, 5432));
                    }
                    return null;
                }));
            }
            for (Future<?> one : recording) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
        for (int round = 0; round < 50; round++) {
            assertThat(count("headgate.cancelled", "node", "node-" + round + ":5432"))
                    .isEqualTo(threads);
        }
    }
}
