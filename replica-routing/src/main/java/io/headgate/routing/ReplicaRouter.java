package io.headgate.routing;

import io.headgate.core.Access;
import io.headgate.core.Consistency;
import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.StatementOptions;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.Effect;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.catalog.CatalogQueries;
import io.headgate.routing.topology.Topology;
import io.headgate.routing.topology.TopologyMonitor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Runs each call on a node that may serve it: what may write on the primary, reads on a replica that has replayed what the caller has to see.
 * Safe for use by many threads.
 */
public final class ReplicaRouter implements SqlExecutor, Routing, AutoCloseable {

    private final Cluster cluster;
    private final RoutingOptions options;
    private final ReadClassifier classifier = new ReadClassifier();
    private final CatalogRefresh catalog;
    private final AtomicBoolean started = new AtomicBoolean();
    private final ConsistencySession ofClient = ConsistencySession.ofClient();

    /**
     * @param nodes what runs calls on each node
     * @param monitor knows the nodes; the first call starts it, and the creator closes it
     * @param listener receives the route of each call
     * @param timers run the waits
     */
    public ReplicaRouter(
            Map<Node, ? extends SqlExecutor> nodes,
            TopologyMonitor monitor,
            RoutingOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        List<Target> targets = new ArrayList<>();
        nodes.forEach(
                (node, executor) -> targets.add(new Target(node, executor, options.zone(), monitor::now, timers)));
        this.cluster = new Cluster(targets, classifier, monitor, options, listener, timers);
        this.options = options;
        this.catalog = new CatalogRefresh(
                CatalogQueries.load(this, options.readFunctions(), options.writeFunctions()),
                classifier::catalog,
                timers);
        cluster.onSchemaChange(() -> {
            // the catalog must be read on a node that has the change
            ofClient.wroteSomewhere();
            catalog.changed();
        });
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        Objects.requireNonNull(statement, "statement");
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> caller) {
                execute(statement, caller);
            }
        };
    }

    private void execute(SqlStatement statement, CoreSubscriber<? super SqlResult> caller) {
        start();
        Context context = caller.currentContext();
        StatementOptions effective = StatementOptions.effective(statement, context);
        boolean reads = classifier.reads(statement.facts(), effective.access());
        ConsistencySession own = ConsistencySession.of(context);
        ConsistencySession session = own == null ? ofClient : own;
        Consistency.Level level = consistency(effective).level();
        long now = now();
        Target replica = reads ? quickReplica(level, session, now) : null;
        if (replica != null) {
            cluster.routed(replica, Route.Reason.REPLAYED, null, context);
            ConsistencySession follows = level == Consistency.Level.READ_YOUR_WRITES ? own : null;
            replica.executor()
                    .execute(statement)
                    .subscribe(new QuickRead(caller, this, statement, replica, follows, now));
            return;
        }
        Cluster.Primary primary = reads || isDdl(statement) ? null : cluster.busyPrimary();
        if (primary != null
                && statement.facts().effect() != Effect.NONE
                && primary.includes(session.state().floor())) {
            cluster.routed(primary.target(), Route.Reason.WRITE, null, context);
            primary.target()
                    .executor()
                    .execute(statement)
                    .subscribe(new QuickWrite(caller, this, statement, primary, session, now));
            return;
        }
        executeByRules(statement, effective, reads, context).subscribe(caller);
    }

    private static boolean isDdl(SqlStatement statement) {
        return statement.facts().analysis().kind() == StatementKind.DDL;
    }

    private @Nullable Target quickReplica(Consistency.Level level, ConsistencySession session, long now) {
        return switch (level) {
            case EVENTUAL -> cluster.quickReplica(null, now);
            case READ_YOUR_WRITES -> cluster.quickReplica(session.state(), now);
            default -> null;
        };
    }

    private Mono<SqlResult> executeByRules(
            SqlStatement statement, StatementOptions effective, boolean reads, ContextView context) {
        return call(statement, effective, reads, context).run().singleOrEmpty();
    }

    /** Goes on after a quick call has failed. */
    Mono<SqlResult> executeAfter(
            SqlStatement statement, boolean reads, Target target, Throwable error, ContextView context) {
        return call(statement, StatementOptions.effective(statement, context), reads, context)
                .afterFailure(target, reads, error)
                .singleOrEmpty();
    }

    /** A session has written on a primary at an unknown position: finds out. */
    void findPosition(ConsistencySession session, Cluster.Primary primary) {
        cluster.findPosition(session, primary);
    }

    /** The monitor's clock. */
    long now() {
        return cluster.monitor().now();
    }

    private RoutedCall<SqlResult> call(
            SqlStatement statement, StatementOptions effective, boolean reads, ContextView context) {
        Work<SqlResult> work = Work.statement(
                        node -> node.execute(statement),
                        statement.isBatch() ? null : (node, floor) -> ifReplayed(node, statement, floor))
                .seemsToRead(seemsToRead(statement), () -> mayWrite(statement, effective.access()));
        return call(context, effective, reads, work, () -> refused(statement));
    }

    private static boolean seemsToRead(SqlStatement statement) {
        return statement.facts().effect() == Effect.NONE;
    }

    /** As far as is known now: before the catalog was read, every statement may that is not declared to read. */
    private boolean mayWrite(SqlStatement statement, Access declared) {
        return declared != Access.READ && (!classifier.hasCatalog() || cluster.mayWrite(statement));
    }

    private Consistency consistency(StatementOptions effective) {
        Consistency own = effective.consistency();
        return own == null ? options.consistency() : own;
    }

    private ConsistencySession session(ContextView context) {
        ConsistencySession own = ConsistencySession.of(context);
        return own == null ? ofClient : own;
    }

    /** Both see the same or a later state, in this order: a replica only moves forward. */
    private static Mono<SqlResult> ifReplayed(SqlExecutor node, SqlStatement statement, Lsn floor) {
        return node.atomically(List.of(Target.REPLAYED_BEFORE, statement))
                .filter(results -> Target.lsn(results.get(0).rows().get(0).get(0, String.class))
                                .compareTo(floor)
                        >= 0)
                .map(results -> results.get(1));
    }

    private void refused(SqlStatement statement) {
        cluster.counters().refusedByReplica();
        classifier.refused(statement.facts());
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        Objects.requireNonNull(query, "query");
        return Flux.deferContextual(context -> {
            StatementOptions effective = StatementOptions.effective(query, context);
            boolean reads = classifier.reads(query.facts(), effective.access());
            Work<SqlRow> work = Work.<SqlRow>lasting((node, begin) -> node.stream(query))
                    .seemsToRead(seemsToRead(query), () -> mayWrite(query, effective.access()));
            return call(context, effective, reads, work, () -> refused(query)).run();
        });
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions transaction, Function<? super SqlTransaction, ? extends Publisher<T>> function) {
        Objects.requireNonNull(transaction, "options");
        Objects.requireNonNull(function, "work");
        return Flux.deferContextual(context -> {
            StatementOptions effective = transaction.ofStatements().orElse(StatementOptions.of(context));
            boolean reads = transaction.readOnly() || transaction.ofStatements().access() == Access.READ;
            // a hot standby has no serializable transactions
            boolean onReplica = reads && transaction.isolation() != IsolationLevel.SERIALIZABLE;
            TransactionOptions sent = transaction.readOnly(reads);
            Work<T> work = Work.lasting((node, begin) -> node.inTransaction(sent, opened -> {
                begin.run();
                return function.apply(opened);
            }));
            return call(context, effective, onReplica, work, () -> {}).run();
        });
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        return Mono.deferContextual(context -> {
            boolean reads = !all.isEmpty();
            Consistency needed = null;
            for (SqlStatement each : all) {
                StatementOptions effective = StatementOptions.effective(each, context);
                reads &= classifier.reads(each.facts(), effective.access());
                needed = needed == null ? consistency(effective) : needed.and(consistency(effective));
            }
            Consistency ofAll = needed == null ? options.consistency() : needed;
            Work<List<SqlResult>> work = Work.<List<SqlResult>>statement(node -> node.atomically(all), null)
                    .seemsToRead(
                            all.stream().allMatch(ReplicaRouter::seemsToRead),
                            () -> all.stream()
                                    .anyMatch(each -> mayWrite(
                                            each,
                                            StatementOptions.effective(each, context)
                                                    .access())));
            return call(context, ofAll, reads, work, () -> all.forEach(this::refused))
                    .run()
                    .singleOrEmpty();
        });
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        Objects.requireNonNull(copySql, "copySql");
        Objects.requireNonNull(data, "data");
        return Mono.deferContextual(context -> {
            Work<Long> work = Work.lasting(
                    (node, begin) -> node.copyIn(copySql, Flux.from(data).doOnSubscribe(begun -> begin.run())));
            return call(context, StatementOptions.of(context), false, work, () -> {})
                    .run()
                    .singleOrEmpty();
        });
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        Objects.requireNonNull(copySql, "copySql");
        return Flux.deferContextual(context -> {
            StatementOptions effective = StatementOptions.of(context);
            boolean reads = classifier.reads(StatementCatalog.of(copySql), effective.access());
            Work<ByteBuffer> work = Work.<ByteBuffer>lasting((node, begin) -> node.copyOut(copySql))
                    .seemsToRead(
                            StatementCatalog.of(copySql).effect() == Effect.NONE,
                            () -> effective.access() != Access.READ && !classifier.hasCatalog());
            return call(context, effective, reads, work, () -> classifier.refused(StatementCatalog.of(copySql)))
                    .run();
        });
    }

    /** On the primary. */
    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> function) {
        Objects.requireNonNull(function, "work");
        return Flux.deferContextual(context -> {
            Work<T> work = Work.lasting((node, begin) -> node.sessionConnection(session -> {
                begin.run();
                return function.apply(session);
            }));
            return call(context, StatementOptions.of(context), false, work, () -> {})
                    .run();
        });
    }

    /**
     * Work that writes on the primary without this router, such as on a session connection: whatever comes of it, its session has written.
     */
    public <T> Flux<T> asWrite(Flux<T> work) {
        return Flux.deferContextual(context -> {
            ConsistencySession session = session(context);
            return work.contextWrite(own ->
                            Listeners.observed(own, new AfterStatements(cluster::mayWrite, session::wroteSomewhere)))
                    .doOnTerminate(session::wroteSomewhere)
                    .doOnCancel(session::wroteSomewhere);
        });
    }

    private <T> RoutedCall<T> call(
            ContextView context, StatementOptions effective, boolean reads, Work<T> work, Runnable refused) {
        return call(context, consistency(effective), reads, work, refused);
    }

    private <T> RoutedCall<T> call(
            ContextView context, Consistency consistency, boolean reads, Work<T> work, Runnable refused) {
        start();
        return new RoutedCall<>(cluster, session(context), context, consistency, reads, work, refused);
    }

    /** Starts to poll the nodes, as the first call does. */
    public void start() {
        if (!started.get() && started.compareAndSet(false, true)) {
            cluster.monitor().start();
            catalog.start();
        }
    }

    /** Stops reading the catalog. */
    @Override
    public void close() {
        catalog.close();
    }

    /** Whether a node has answered a call after a moment of the monitor's clock. */
    public boolean hasAnsweredSince(Node node, long nanos) {
        return cluster.target(node).hasAnsweredSince(nanos);
    }

    @Override
    public void maxLag(@Nullable Duration age) {
        cluster.maxLag(RoutingOptions.builder().maxLag(age).build().maxLag());
    }

    @Override
    public Topology topology() {
        return cluster.monitor().current();
    }

    @Override
    public RoutingStatistics statistics() {
        return cluster.counters().statistics();
    }

    @Override
    public String toString() {
        return "ReplicaRouter[" + cluster.monitor().current() + "]";
    }
}
