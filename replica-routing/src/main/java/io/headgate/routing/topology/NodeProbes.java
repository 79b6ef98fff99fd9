package io.headgate.routing.topology;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Asks nodes for their role and position, each on a connection that is kept for that. Those of the pools may all be in use when the answer
 * matters most. A connection that does not answer is closed; the next question opens another.
 *
 * <p>The timeline of a replica is the highest of three: that of the log it receives, which only a member of {@code pg_monitor} may see, that of
 * the last restart point, and that which its recovery has to reach. The other two follow a promotion within minutes.
 */
public final class NodeProbes {

    private static final Logger logger = LoggerFactory.getLogger(NodeProbes.class);

    private static final SqlStatement QUESTION = SqlStatement.of("""
            SELECT s.system_identifier, r.recovery,
              CASE WHEN r.recovery
                THEN greatest(c.timeline_id, m.min_recovery_end_timeline,
                  (SELECT max(received_tli) FROM pg_catalog.pg_stat_get_wal_receiver()))
                ELSE ('x' || substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
              END,
              CASE WHEN r.recovery
                THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_insert_lsn()
              END::text,
              pg_catalog.current_setting('wal_block_size')::int,
              pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size'))
            FROM pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c, pg_catalog.pg_control_recovery() m,
              (SELECT pg_catalog.pg_is_in_recovery() AS recovery) r
            """);

    private static final SqlStatement ROLE = SqlStatement.of("SELECT pg_catalog.pg_is_in_recovery()");

    private static final String NOT_SUPPORTED = "0A000";

    /** No such function; no privilege for it; not in this state. */
    private static final Set<String> NOT_THERE = Set.of("42883", "42501", "55000");

    private final Function<Node, Mono<DriverConnection>> connect;

    /** A node has told its position. */
    private volatile boolean withPositions;

    /** A node has refused to: from then on all are asked for their role only. */
    private volatile boolean withoutPositions;

    private final Map<Node, DriverConnection> connections = new ConcurrentHashMap<>();

    /** Attempts under way. They go on when a question is cancelled: connecting may take longer than a question may. */
    private final Map<Node, Mono<DriverConnection>> attempts = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param connect opens a connection to a node */
    public NodeProbes(Function<Node, Mono<DriverConnection>> connect) {
        this.connect = connect;
    }

    /** Asks a node. One question at a time for each node. Fails if it does not answer; a cancelled question closes its connection. */
    public Mono<NodeReport> ask(Node node) {
        return Mono.defer(() -> connection(node)
                .flatMap(connection -> report(connection)
                        .doOnError(failed -> drop(node, connection))
                        .doOnCancel(() -> drop(node, connection))));
    }

    private Mono<NodeReport> report(DriverConnection connection) {
        Mono<NodeReport> role = connection
                .execute(ROLE)
                .map(result -> NodeReport.withoutPositions(result.rows().get(0).require(0, Boolean.class)));
        return withoutPositions
                ? role
                : connection
                        .execute(QUESTION)
                        .map(NodeProbes::report)
                        .doOnNext(report -> withPositions = true)
                        .onErrorResume(this::isWithoutPositions, refused -> {
                            tellOnce(refused);
                            return role;
                        });
    }

    /** A privilege that is taken away while the client runs does not change the kind of the database. */
    private boolean isWithoutPositions(Throwable error) {
        return error instanceof DatabaseException known
                && (known.sqlState().equals(NOT_SUPPORTED) || (!withPositions && NOT_THERE.contains(known.sqlState())));
    }

    private void tellOnce(Throwable refused) {
        if (!withoutPositions) {
            withoutPositions = true;
            logger.warn(
                    "the database does not tell its position in the log, so all reads go to the primary but those at the"
                            + " consistency \"eventual\": {}",
                    String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Mono<DriverConnection> connection(Node node) {
        DriverConnection kept = connections.get(node);
        if (kept != null && kept.isOpen()) {
            return Mono.just(kept);
        }
        return attempts.computeIfAbsent(
                node,
                absent -> connect.apply(absent)
                        .doOnNext(opened -> opened(absent, opened))
                        .doFinally(end -> attempts.remove(absent))
                        .cache());
    }

    private void opened(Node node, DriverConnection connection) {
        connections.put(node, connection);
        if (closed) {
            drop(node, connection);
        }
    }

    private void drop(Node node, DriverConnection connection) {
        connections.remove(node, connection);
        connection.close().subscribe(nothing -> {}, error -> {});
    }

    private static NodeReport report(SqlResult result) {
        SqlRow row = result.rows().get(0);
        boolean recovery = row.require(1, Boolean.class);
        Lsn position = Lsn.parse(row.require(3, String.class));
        WalLayout layout = new WalLayout(row.require(4, Integer.class), row.require(5, Long.class));
        return new NodeReport(
                row.require(0, Long.class),
                recovery,
                row.require(2, Integer.class),
                recovery ? position : layout.endOfRecord(position),
                layout,
                true);
    }

    /** Closes the connections. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            return Mono.when(connections.values().stream()
                            .map(each -> each.close().onErrorComplete())
                            .toList())
                    .doFinally(end -> connections.clear());
        });
    }
}
