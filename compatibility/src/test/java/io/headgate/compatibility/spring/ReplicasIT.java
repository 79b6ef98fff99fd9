package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.compatibility.Target;
import io.headgate.routing.ConsistencySession;
import io.headgate.testkit.PostgresNode;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** On which of three nodes the transactions of an application run. */
class ReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Target TARGET = Target.HEADGATE_REPLICAS;
    private static final String NAME = "spring-replicas";
    private static final String NODE = "SELECT pg_is_in_recovery()::text";

    private static AnnotationConfigApplicationContext context;
    private static ConnectionFactory connections;

    private final Transactions transactions = context.getBean(Transactions.class);
    private final Accounts accounts = context.getBean(Accounts.class);

    /** Waits for replicas longer than any of them takes, so that the primary never stands in for one. */
    @BeforeAll
    static void start() {
        connections = ConnectionFactories.get(TARGET.url("applicationName=" + NAME + "&replicaWait=10s"));
        context = Application.start(connections);
    }

    @AfterAll
    static void stop() {
        context.close();
        Mono.from(((Closeable) connections).close()).block(SOON);
    }

    @BeforeEach
    void fill() {
        TARGET.empty("account", "audit_entry");
        TARGET.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    /**
     * Where an open transaction is.
     *
     * @param inRecovery what the transaction itself says
     * @param nodes the nodes on which a session of the application is in a transaction and has asked {@link #NODE} last; Headgate reads the
     *     catalog in transactions too
     */
    private record Place(String inRecovery, List<String> nodes) {

        static Place here(String inRecovery) {
            return new Place(
                    inRecovery,
                    TARGET.cluster().nodes().stream()
                            .filter(node -> sessions(node).contains(NODE))
                            .map(PostgresNode::name)
                            .toList());
        }

        void isTheReplica() {
            assertThat(inRecovery).isEqualTo("true");
            assertThat(nodes).hasSize(1).doesNotContain(TARGET.node().name());
        }

        void isThePrimary() {
            assertThat(inRecovery).isEqualTo("false");
            assertThat(nodes).containsExactly(TARGET.node().name());
        }
    }

    /** The last statement of each open transaction of the application. */
    private static List<Object> sessions(PostgresNode node) {
        return node
                .query("SELECT query FROM pg_stat_activity WHERE application_name = '" + NAME
                        + "' AND state = 'idle in transaction'")
                .stream()
                .map(row -> row.get("query"))
                .toList();
    }

    @AfterEach
    void noTransactionIsLeftOpen() {
        TARGET.cluster()
                .nodes()
                .forEach(node -> await().atMost(SOON)
                        .untilAsserted(() -> assertThat(sessions(node)).isEmpty()));
    }

    private Flux<Place> place() {
        return accounts.show(NODE).map(Place::here).flux();
    }

    @RepeatedTest(3)
    void aReadOnlyMethodRunsOnAReplica() {
        transactions.readOnly(this::place).blockLast(SOON).isTheReplica();
        transactions.readCommittedReadOnly(this::place).blockLast(SOON).isTheReplica();
    }

    @RepeatedTest(3)
    void aPlainMethodRunsOnThePrimaryThoughItBeginsWithARead() {
        transactions.required(this::place).blockLast(SOON).isThePrimary();
        transactions.repeatableRead(this::place).blockLast(SOON).isThePrimary();
        assertThat(transactions
                        .required(() ->
                                accounts.balance(1).then(accounts.add(1, 5)).flux())
                        .blockLast(SOON))
                .isEqualTo(1);
    }

    @Test
    void aReadOnlyMethodSeesWhatAnotherMethodHasCommitted() {
        for (int i = 1; i <= 20; i++) {
            transactions.one(() -> accounts.add(1, 1)).block(SOON);
            assertThat(transactions.readOnly(() -> accounts.balance(1).flux()).blockLast(SOON))
                    .isEqualTo(100 + i);
            assertThat(accounts.balance(1).block(SOON)).isEqualTo(100 + i);
        }
    }

    @Test
    void aSessionInTheContextFollowsTheTransactionsOfMethods() {
        ConsistencySession session = ConsistencySession.create();
        transactions
                .one(() -> accounts.add(1, 1))
                .contextWrite(session.inContext())
                .block(SOON);
        assertThat(session.position()).isNotNull();
        assertThat(transactions
                        .readOnly(() -> accounts.balance(1).flux())
                        .contextWrite(session.inContext())
                        .blockLast(SOON))
                .isEqualTo(101);
    }

    @Test
    void anOperatorRunsWhereItsDefinitionSays() {
        DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
        reading.setReadOnly(true);
        R2dbcTransactionManager manager = new R2dbcTransactionManager(connections);
        TransactionalOperator.create(manager, reading)
                .transactional(place())
                .blockLast(SOON)
                .isTheReplica();
        TransactionalOperator.create(manager)
                .transactional(place())
                .blockLast(SOON)
                .isThePrimary();
    }

    /** Spring then sends SET TRANSACTION READ ONLY ahead of the first statement. */
    @Test
    void anOperatorThatEnforcesReadOnlyRunsOnAReplica() {
        DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
        reading.setReadOnly(true);
        R2dbcTransactionManager manager = new R2dbcTransactionManager(connections);
        manager.setEnforceReadOnly(true);
        TransactionalOperator.create(manager, reading)
                .transactional(place())
                .blockLast(SOON)
                .isTheReplica();
    }

    private static Place onConnection(Function<Connection, Publisher<?>> begin) {
        return Flux.usingWhen(
                        connections.create(),
                        connection -> Flux.from(begin.apply(connection))
                                .thenMany(connection.createStatement(NODE).execute())
                                .flatMap(result -> result.map(row -> row.get(0, String.class)))
                                .map(Place::here),
                        Connection::close)
                .blockLast(SOON);
    }

    @Test
    void aConnectionsTransactionRunsWhereItsDefinitionSays() {
        onConnection(Connection::beginTransaction).isThePrimary();
        onConnection(it -> it.beginTransaction(IsolationLevel.REPEATABLE_READ)).isThePrimary();
        onConnection(it -> it.beginTransaction(readOnly(IsolationLevel.READ_COMMITTED)))
                .isTheReplica();
        onConnection(it -> it.beginTransaction(readOnly(IsolationLevel.REPEATABLE_READ)))
                .isTheReplica();
        onConnection(it -> Flux.from(it.beginTransaction())
                        .thenMany(
                                it.createStatement("SET TRANSACTION READ ONLY").execute()))
                .isTheReplica();
    }

    /** A replica has no serializable transactions. */
    @Test
    void aSerializableTransactionRunsOnThePrimaryThoughItOnlyReads() {
        onConnection(it -> it.beginTransaction(readOnly(IsolationLevel.SERIALIZABLE)))
                .isThePrimary();
    }

    private static TransactionDefinition readOnly(IsolationLevel isolation) {
        Map<Option<?>, Object> attributes =
                Map.of(TransactionDefinition.READ_ONLY, true, TransactionDefinition.ISOLATION_LEVEL, isolation);
        return new TransactionDefinition() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> T getAttribute(Option<T> option) {
                return (T) attributes.get(option);
            }
        };
    }
}
