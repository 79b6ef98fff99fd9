package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.contract.LayerContract;
import io.headgate.client.contract.NextLayer;
import io.headgate.core.Access;
import io.headgate.core.ForwardingStatements;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementOptions;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.pool.guard.TransactionModeGuard;
import io.headgate.routing.ReplicaRouter;
import io.headgate.routing.RoutingOptions;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.NodeUser;
import io.headgate.routing.topology.TopologyMonitor;
import io.headgate.testing.ScriptedExecutor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Each layer of the client, and all of them in their order, against the contract. */
class LayersTest {

    /** A sample: the whole of what a layer needs that changes statements, in and outside of transactions. */
    private static final class Numbering extends ForwardingStatements {

        Numbering(SqlExecutor next) {
            super(next);
        }

        @Override
        protected SqlStatement change(SqlStatement statement) {
            return statement.with(options -> options.name("sample"));
        }
    }

    @Nested
    class ASampleLayer extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new Numbering(next);
        }
    }

    @Nested
    class TheCallersLoops extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new CallerLoops(next, () -> null);
        }
    }

    @Nested
    class TheCallersLoopsOnALoop extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new CallerLoops(next, () -> Runnable::run);
        }
    }

    @Nested
    class TheTransactionsDefaults extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new TransactionDefaults(next);
        }
    }

    @Nested
    class CommentsWithOptions extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new OptionComments(next);
        }
    }

    @Nested
    class TheGuard extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new TransactionModeGuard(next, GuardPolicy.REFUSE);
        }
    }

    @Nested
    class TheRouterOnAPrimary extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return router(next, false);
        }
    }

    @Nested
    class TheRouterOnAReplica extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return router(next, true);
        }
    }

    /** Over a primary and a replica, which run their calls on the same next layer. Time stands still. */
    private static ReplicaRouter router(SqlExecutor next, boolean withReplica) {
        Node primary = Node.of("primary", 1);
        Node replica = Node.of("replica", 2);
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        Map<Node, SqlExecutor> nodes = withReplica ? Map.of(primary, next, replica, next) : Map.of(primary, next);
        TopologyMonitor monitor = new TopologyMonitor(
                List.copyOf(nodes.keySet()),
                node -> Mono.just(new NodeReport(7, node.equals(replica), 1, new Lsn(100))),
                NodeUser.NONE,
                time,
                System::nanoTime);
        return new ReplicaRouter(nodes, monitor, RoutingOptions.defaults(), DataAccessListener.NONE, time);
    }

    @Nested
    class AllOfThem extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return Layers.stack(
                    List.of(
                            inner -> new CallerLoops(inner, () -> null),
                            TransactionDefaults::new,
                            OptionComments::new,
                            Numbering::new,
                            inner -> new TransactionModeGuard(inner, GuardPolicy.REFUSE)),
                    next);
        }
    }

    @Test
    void theFirstOneIsOutermost() {
        assertThat(Layers.stack(List.of(Numbering::new, TransactionDefaults::new), new ScriptedExecutor()))
                .hasToString("Numbering[TransactionDefaults[scripted]]");
    }

    @Test
    void theClientHasItsLayersInThisOrder() {
        HeadgateBuilder builder = Headgate.builder().node("postgresql://app:secret@localhost:6432/app");
        assertThat(layers(builder)).isEqualTo("CallerLoops[TransactionDefaults[TransactionModeGuard[scripted]]]");
        builder.optionComments(true).listener(new DataAccessListener() {});
        assertThat(layers(builder))
                .isEqualTo(
                        "CallerLoops[TransactionObservations[OptionComments[TransactionDefaults[TransactionModeGuard["
                                + "scripted]]]]]");
    }

    private static String layers(HeadgateBuilder builder) {
        return Layers.around(
                        new ScriptedExecutor(), builder.config(), NettyDriver.withOwnLoops(DataAccessListener.NONE))
                .toString();
    }

    /** Every way to a statement. */
    private static Flux<Object> everywhere(SqlExecutor layer, TransactionOptions options, String sql) {
        SqlStatement statement = SqlStatement.of(sql);
        return Flux.<Object>concat(
                layer.execute(statement),
                layer.inTransaction(options, tx -> tx.execute(statement)),
                layer.inTransaction(options, tx -> tx.savepoint(inner -> inner.execute(statement))),
                layer.sessionConnection(session -> session.inTransaction(options, tx -> tx.execute(statement))),
                layer.sessionConnection(session ->
                        session.inTransaction(options, tx -> tx.savepoint(inner -> inner.execute(statement)))));
    }

    private static List<String> statements(NextLayer next) {
        return next.events().stream().filter(event -> event.contains("SELECT")).toList();
    }

    @Test
    void aLayerSeesTheStatementsOfTransactionsAndSavepoints() {
        NextLayer next = new NextLayer();
        SqlExecutor layer = new Numbering(next);
        layer.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.savepoint(
                                inner -> inner.savepoint(innermost -> innermost.execute(SqlStatement.of("SELECT 1")))))
                .blockLast();
        assertThat(statements(next)).containsExactly("execute SELECT 1 StatementOptions[name=sample]");
    }

    @Test
    void theOptionsOfATransactionHoldForItsStatementsAndGoBeforeTheContext() {
        NextLayer next = new NextLayer();
        TransactionOptions options = TransactionOptions.defaults().with(o -> o.name("checkout"));
        everywhere(new TransactionDefaults(next), options, "SELECT 1")
                .contextWrite(StatementOptions.inContext(o -> o.name("request").access(Access.READ)))
                .blockLast();
        String inside = "execute SELECT 1 StatementOptions[name=checkout, access=READ]";
        assertThat(statements(next))
                .containsExactly(
                        "execute SELECT 1 StatementOptions[name=request, access=READ]", inside, inside, inside, inside);
        assertThat(next.events()).filteredOn(event -> event.startsWith("begin")).containsOnly("begin " + options);
    }

    @Test
    void aCommentSetsOptionsWhereverItsStatementRuns() {
        NextLayer next = new NextLayer();
        String sql = "/*headgate name=chart*/ SELECT 1";
        SqlStatement statement = SqlStatement.of(sql);
        SqlExecutor layer = new OptionComments(next);
        everywhere(layer, TransactionOptions.defaults(), sql).blockLast();
        layer.stream(statement).blockLast();
        layer.inTransaction(TransactionOptions.defaults(), tx -> tx.stream(statement))
                .blockLast();
        layer.sessionConnection(session -> session.execute(statement).thenMany(session.stream(statement)))
                .blockLast();
        String shown = sql + " StatementOptions[name=chart]";
        assertThat(statements(next))
                .filteredOn(event -> !event.startsWith("request"))
                .hasSize(9)
                .allMatch(event -> event.endsWith(shown));
        layer.atomically(List.of(statement)).block();
        layer.sessionConnection(session -> session.atomically(List.of(statement)))
                .blockLast();
        assertThat(next.events())
                .filteredOn(event -> event.startsWith("atomically"))
                .containsExactly("atomically [" + shown + "]", "atomically [" + shown + "]");
    }

    @Test
    void aMalformedCommentIsAnErrorOfTheStatementAndNothingIsSent() {
        NextLayer next = new NextLayer();
        SqlExecutor layer = new OptionComments(next);
        Mono<SqlResult> malformed = layer.execute(SqlStatement.of("/*headgate\tnane=x*/ SELECT 1"));
        assertThatThrownBy(malformed::block)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("nearest is \"name\"");
        assertThatThrownBy(() ->
                        layer.execute(SqlStatement.of("/*headgate*/ SELECT 1")).block())
                .isInstanceOf(ParameterException.class);
        assertThat(next.events()).isEmpty();
    }
}
