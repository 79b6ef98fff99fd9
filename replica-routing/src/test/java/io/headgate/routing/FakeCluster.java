package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.RecordingUser;
import io.headgate.routing.topology.TopologyMonitor;
import io.headgate.testing.ScriptedExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Three nodes that exist in memory only: a is the primary at first. The test decides what each says and does. */
final class FakeCluster implements AutoCloseable {

    static final long ID = 7;
    static final Node A = Node.of("a", 1);
    static final Node B = Node.of("b", 2);
    static final Node C = Node.of("c", 3);

    /** What a node does with a statement. */
    interface Behaviour {
        Mono<SqlResult> run(SqlStatement statement);
    }

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final Map<Node, ScriptedExecutor> executors = new LinkedHashMap<>();

    /** The node that ran each statement of the test, in order; questions for positions are not among them. */
    final List<Node> ran = new ArrayList<>();

    private final Map<Node, NodeReport> reports = new HashMap<>();
    private final Map<Node, Behaviour> behaviours = new HashMap<>();
    private @Nullable Behaviour insertPosition;

    /** Questions to the primary for its position. */
    int questions;

    final RecordingUser user = new RecordingUser();
    final TopologyMonitor monitor;

    FakeCluster() {
        for (Node each : List.of(A, B, C)) {
            executors.put(each, new ScriptedExecutor(statement -> answer(each, statement)));
            position(each, 100);
        }
        monitor = new TopologyMonitor(
                List.of(A, B, C),
                node -> Mono.justOrEmpty(reports.get(node)),
                user,
                time,
                () -> time.now(TimeUnit.NANOSECONDS));
        monitor.start();
    }

    ReplicaRouter router(RoutingOptions options) {
        return new ReplicaRouter(executors, monitor, options, DataAccessListener.NONE, time);
    }

    /** Where a node is in its log from now on. */
    void position(Node node, long position) {
        reports.put(node, new NodeReport(ID, !node.equals(A), 1, new Lsn(position)));
    }

    /** The timeline that a replica is known to follow. */
    void replaysOnTimeline(Node node, int timeline) {
        reports.put(node, new NodeReport(ID, true, timeline, new Lsn(100)));
    }

    void promote(Node node) {
        reports.put(node, new NodeReport(ID, false, 2, new Lsn(500)));
    }

    /** It answers no probe any more. */
    void silent(Node node) {
        reports.remove(node);
    }

    void does(Node node, Behaviour behaviour) {
        behaviours.put(node, behaviour);
    }

    /** What the primary does with a question for its position. */
    void doesWhenAskedForItsPosition(Behaviour behaviour) {
        insertPosition = behaviour;
    }

    private Mono<SqlResult> answer(Node node, SqlStatement statement) {
        return Mono.defer(() -> {
            if (statement.text().contains("insert_lsn()")) {
                questions++;
                if (insertPosition != null) {
                    return insertPosition.run(statement);
                }
            }
            if (statement.text().contains("_lsn()")) {
                NodeReport report = reports.get(node);
                return report == null
                        ? Mono.never()
                        : Mono.just(ScriptedExecutor.row(
                                List.of("lsn"), report.position().toString()));
            }
            if (statement.text().contains("pg_catalog")) {
                return Mono.never();
            }
            ran.add(node);
            Behaviour behaviour = behaviours.get(node);
            return behaviour == null
                    ? Mono.just(ScriptedExecutor.row(List.of("node"), node.name()))
                    : behaviour.run(statement);
        });
    }

    @Override
    public void close() {
        monitor.close();
        time.dispose();
    }
}
