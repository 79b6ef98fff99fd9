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
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.catalog.CatalogQueries;
import io.headgate.routing.topology.Topology;
import io.headgate.routing.topology.TopologyMonitor;
import java.nio.ByteBuffer;
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
public final class ReplicaRouter implements SqlExecutor, AutoCloseable {

    private final Cluster cluster;
    private final RoutingOptions options;
    private final ReadClassifier classifier = new ReadClassifier();
    private final CatalogRefresh catalog;
    private final AtomicBoolean started = new AtomicBoolean();
    private final ConsistencySession ofClient = ConsistencySession.ofClient();

    /**
     * @param nodes what runs calls on each node
     * @param monitor knows the nodes; the first call starts it, and the creator closes it
     * @param timers run the waits
     */
    public ReplicaRouter(
            Map<Node, ? extends SqlExecutor> nodes, TopologyMonitor monitor, RoutingOptions options, Scheduler timers) {
        List<Target> targets = new ArrayList<>();
        nodes.forEach(
                (node, executor) -> targets.add(new Target(node, executor, options.zone(), monitor::now, timers)));
        this.cluster = new Cluster(targets, monitor, options, timers);
        this.options = options;
        this.catalog = new CatalogRefresh(
                CatalogQueries.load(this, options.readFunctions(), options.writeFunctions()),
                classifier::catalog,
                timers);
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
        Target target = reads ? quickReplica(consistency(effective), context) : null;
        if (target == null) {
            executeByRules(statement, effective, reads, context).subscribe(caller);
            return;
        }
        cluster.counters().onReplica();
        target.executor()
                .execute(statement)
                .subscribe(new QuickRead(caller, this, statement, target, target.started()));
    }

    private @Nullable Target quickReplica(Consistency consistency, ContextView context) {
        return switch (consistency.level()) {
            case EVENTUAL -> cluster.quickReplica(null);
            case READ_YOUR_WRITES -> cluster.quickReplica(session(context).state());
            default -> null;
        };
    }

    private Mono<SqlResult> executeByRules(
            SqlStatement statement, StatementOptions effective, boolean reads, ContextView context) {
        Mono<SqlResult> result =
                call(statement, effective, reads, context).run().singleOrEmpty();
        return statement.facts().analysis().kind() == StatementKind.DDL
                ? result.doOnTerminate(catalog::changed)
                : result;
    }

    /** Goes on after a quick read has failed. */
    Mono<SqlResult> executeAfter(SqlStatement statement, Target target, Throwable error, ContextView context) {
        return call(statement, StatementOptions.effective(statement, context), true, context)
                .afterFailure(target, error)
                .singleOrEmpty();
    }

    /** A quick read has been answered. */
    void hasRead(SqlStatement statement, Target target, ContextView context) {
        ConsistencySession own = ConsistencySession.of(context);
        if (own != null
                && consistency(StatementOptions.effective(statement, context)).level()
                        == Consistency.Level.READ_YOUR_WRITES) {
            own.readOn(target.id(), cluster.monitor().now(), false);
        }
    }

    private RoutedCall<SqlResult> call(
            SqlStatement statement, StatementOptions effective, boolean reads, ContextView context) {
        Work<SqlResult> work = new Work<>(
                (node, begin) -> node.execute(statement),
                statement.isBatch() ? null : (node, floor) -> ifReplayed(node, statement, floor));
        return call(context, effective, reads, work, () -> refused(statement));
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
        return node.atomically(List.of(Target.REPLAYED, statement))
                .filter(results -> Target.lsn(results.get(0).rows().get(0).require(0, String.class))
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
            Work<SqlRow> work = Work.of((node, begin) -> node.stream(query));
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
            Work<T> work = Work.of((node, begin) -> node.inTransaction(sent, opened -> {
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
            for (SqlStatement each : all) {
                Access access = StatementOptions.effective(each, context).access();
                reads &= classifier.reads(each.facts(), access);
            }
            Work<List<SqlResult>> work = Work.of((node, begin) -> node.atomically(all));
            return call(context, StatementOptions.of(context), reads, work, () -> all.forEach(this::refused))
                    .run()
                    .singleOrEmpty();
        });
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        Objects.requireNonNull(copySql, "copySql");
        Objects.requireNonNull(data, "data");
        return Mono.deferContextual(context -> {
            Work<Long> work = Work.of(
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
            Work<ByteBuffer> work = Work.of((node, begin) -> node.copyOut(copySql));
            return call(context, effective, reads, work, () -> classifier.refused(StatementCatalog.of(copySql)))
                    .run();
        });
    }

    /** On the primary. */
    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> function) {
        Objects.requireNonNull(function, "work");
        return Flux.deferContextual(context -> {
            Work<T> work = Work.of((node, begin) -> node.sessionConnection(session -> {
                begin.run();
                return function.apply(session);
            }));
            return call(context, StatementOptions.of(context), false, work, () -> {})
                    .run();
        });
    }

    private <T> RoutedCall<T> call(
            ContextView context, StatementOptions effective, boolean reads, Work<T> work, Runnable refused) {
        start();
        return new RoutedCall<>(cluster, session(context), consistency(effective), reads, work, refused);
    }

    /** The first call starts the polling. */
    private void start() {
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

    /** The nodes as they are known now. */
    public Topology topology() {
        return cluster.monitor().current();
    }

    /** Where calls went since this was created. */
    public RoutingStatistics statistics() {
        return cluster.counters().statistics();
    }

    @Override
    public String toString() {
        return "ReplicaRouter[" + cluster.monitor().current() + "]";
    }
}
