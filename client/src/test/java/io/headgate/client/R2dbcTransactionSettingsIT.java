package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.core.driver.ConnectionSettings;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What an R2DBC transaction begins with: definition, isolation level, auto-commit, time-outs, time zone. */
@EveryRoute
class R2dbcTransactionSettingsIT extends R2dbcTransactionFixture {

    R2dbcTransactionSettingsIT(Route route) {
        super(route);
    }

    @Test
    void beginningAgainGoesOnWithTheFirst() {
        run(connection.beginTransaction(definition(Map.of(
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE,
                TransactionDefinition.LOCK_WAIT_TIMEOUT,
                Duration.ofMillis(1_500)))));
        run(connection.beginTransaction());
        run(connection.beginTransaction(definition(Map.of(TransactionDefinition.READ_ONLY, true))));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(show("lock_timeout")).isEqualTo("1500ms");
        insert(1).block();
        run(connection.beginTransaction());
        insert(2).block();
        assertThat(entries()).as("one commit for all of it").isEmpty();
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1,2");
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void beginningAgainKeepsATransactionThatHasFailed() {
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        run(connection.beginTransaction());
        StepVerifier.create(insert(2)).verifyError();
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcRollbackException.class);
        assertThat(entries()).isEmpty();
    }

    @Test
    void anIsolationLevelHoldsForStatementsOutsideTransactionsToo() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(streamed("SELECT current_setting('transaction_isolation')")).isEqualTo("serializable");
        assertThat(Flux.from(connection
                                .createBatch()
                                .add("SHOW transaction_isolation")
                                .add("SELECT 'last'")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .blockFirst())
                .isEqualTo("serializable");
        assertThat(Flux.from(connection
                                .createStatement("SELECT current_setting('transaction_isolation') || $1::text")
                                .bind(0, "!")
                                .add()
                                .bind(0, "?")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .collectList()
                        .block())
                .containsExactly("serializable!", "serializable?");
        insert(1).block();
        run(connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED));
        assertThat(show("transaction_isolation")).isEqualTo("read committed");
        assertThat(entries()).isEqualTo("1");
    }

    private String streamed(String sql) {
        return Flux.from(connection.createStatement(sql).fetchSize(10).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
    }

    @Test
    void readUncommittedIsReportedAsAsked() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.READ_UNCOMMITTED));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_UNCOMMITTED);
        run(connection.setTransactionIsolationLevel(IsolationLevel.REPEATABLE_READ));
        run(connection.beginTransaction(
                definition(Map.of(TransactionDefinition.ISOLATION_LEVEL, IsolationLevel.READ_UNCOMMITTED))));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_UNCOMMITTED);
        assertThat(show("transaction_isolation")).isEqualTo("read uncommitted");
        run(connection.rollbackTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.REPEATABLE_READ);
    }

    @Test
    void deferrableIsPassedOnWhateverElseTheTransactionIs() {
        Option<Boolean> deferrable = Option.valueOf("deferrable");
        run(connection.beginTransaction(definition(Map.of(
                deferrable,
                true,
                TransactionDefinition.READ_ONLY,
                true,
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE))));
        assertThat(show("transaction_deferrable")).isEqualTo("on");
        run(connection.rollbackTransaction());
        run(connection.beginTransaction(definition(Map.of(deferrable, true))));
        assertThat(show("transaction_deferrable")).isEqualTo("on");
        run(connection.rollbackTransaction());
        run(connection.beginTransaction(definition(Map.of(deferrable, false))));
        assertThat(show("transaction_deferrable")).isEqualTo("off");
        run(connection.rollbackTransaction());
    }

    @Test
    void goesByItsDefinition() {
        run(connection.beginTransaction(definition(Map.of(
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE,
                TransactionDefinition.READ_ONLY,
                true,
                TransactionDefinition.NAME,
                "report",
                TransactionDefinition.LOCK_WAIT_TIMEOUT,
                Duration.ofMillis(1_500)))));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(show("transaction_read_only")).isEqualTo("on");
        assertThat(show("lock_timeout")).isEqualTo("1500ms");
        StepVerifier.create(insert(1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("25006")));
        run(connection.rollbackTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        assertThat(show("lock_timeout")).as("nothing stays behind").isEqualTo("0");
        assertThat(show("transaction_isolation")).isEqualTo("read committed");
    }

    private static TransactionDefinition definition(Map<Option<?>, Object> attributes) {
        return new TransactionDefinition() {
            @Override
            public <T> T getAttribute(Option<T> option) {
                return option.cast(attributes.get(option));
            }
        };
    }

    @Test
    void anIsolationLevelHoldsForTheTransactionsToComeAndForOneNotYetBegun() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.REPEATABLE_READ));
        run(connection.beginTransaction());
        assertThat(show("transaction_isolation")).isEqualTo("repeatable read");
        run(connection.commitTransaction());
        run(connection.beginTransaction());
        run(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        insert(1).block();
        StepVerifier.create(connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED))
                .as("too late, as PostgreSQL has it")
                .verifyError(R2dbcException.class);
        run(connection.rollbackTransaction());
    }

    @Test
    void withoutAutoCommitTransactionsBeginByThemselves() {
        run(connection.setAutoCommit(false));
        insert(1).block();
        run(connection.rollbackTransaction());
        insert(2).block();
        run(connection.commitTransaction());
        insert(3).block();
        run(connection.setAutoCommit(true));
        assertThat(entries()).isEqualTo("2,3");
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void timeOutsAreSetForOneTransactionAtATime() {
        run(connection.setStatementTimeout(Duration.ofMillis(80)));
        run(connection.setLockWaitTimeout(Duration.ofMillis(1_200)));
        assertThat(show("statement_timeout")).isEqualTo("80ms");
        StepVerifier.create(connection.createStatement("SELECT pg_sleep(5)").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcTimeoutException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("57014")));
        run(connection.beginTransaction());
        assertThat(show("lock_timeout")).isEqualTo("1200ms");
        run(connection.setStatementTimeout(Duration.ofSeconds(7)));
        assertThat(show("statement_timeout")).isEqualTo("7s");
        run(connection.commitTransaction());
        for (int i = 0; i < 20; i++) {
            String others = db.sql("SHOW statement_timeout")
                    .map(row -> row.require(0, String.class))
                    .one()
                    .block();
            assertThat(others).as("nobody else's").isEqualTo("0");
        }
    }

    @Test
    void timeOutsOfTheFactoryHoldForEachConnection() {
        ConnectionDefaults defaults =
                new ConnectionDefaults(0, new ConnectionDefaults.Timeouts(Duration.ofSeconds(9), null));
        Connection limited = db.connectionFactory(defaults).create().block();
        String timeout = Flux.from(
                        limited.createStatement("SHOW statement_timeout").execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
        assertThat(timeout).isEqualTo("9s");
    }

    @Test
    void settingsOfATransactionAreRewrittenWhereThatIsAskedFor() {
        Connection rewriting = db.connectionFactory(new ConnectionDefaults(0, ConnectionDefaults.Timeouts.NONE, true))
                .create()
                .block();
        String outside = show("search_path");
        StepVerifier.create(rewriting
                        .createStatement("SET search_path TO elsewhere")
                        .execute())
                .as("there is no transaction that it could be local to")
                .verifyError(R2dbcException.class);
        run(rewriting.beginTransaction());
        Flux.from(rewriting.createStatement("SET search_path TO elsewhere").execute())
                .blockLast();
        assertThat(show(rewriting, "search_path")).isEqualTo("elsewhere");
        run(rewriting.commitTransaction());
        assertThat(show(rewriting, "search_path")).isEqualTo(outside);
        run(rewriting.close());
    }

    @Test
    void settingsAreNotRewrittenWhereTheyWouldBeLostAtOnce() {
        Connection rewriting = db.connectionFactory(new ConnectionDefaults(0, ConnectionDefaults.Timeouts.NONE, true))
                .create()
                .block();
        String several = "SET search_path TO elsewhere; SHOW search_path";
        List<Publisher<? extends Result>> outside = List.of(
                rewriting.createStatement(several).execute(),
                rewriting.createBatch().add(several).execute(),
                rewriting
                        .createBatch()
                        .add("SELECT 1")
                        .add("SET search_path TO elsewhere")
                        .execute());
        for (Publisher<? extends Result> work : outside) {
            StepVerifier.create(work)
                    .thenConsumeWhile(result -> true)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(R2dbcException.class)
                            .hasMessageContaining("not sent: SET search_path")
                            .hasMessageContaining("in a transaction"));
        }
        run(rewriting.beginTransaction());
        assertThat(Flux.from(rewriting.createStatement(several).execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .blockLast())
                .isEqualTo("elsewhere");
        run(rewriting.close());
    }

    @Test
    void theIsolationLevelThatWasSetInTheTransactionIsReported() {
        run(connection.beginTransaction());
        assertThat(show("work_mem")).isNotEmpty();
        run(connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        run(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        run(connection.rollbackTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "set local transaction_isolation to 'repeatable read'",
                "SHOW work_mem; SET TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ"
            })
    void theIsolationLevelThatWasSetInSqlIsReported(String sql) {
        run(connection.beginTransaction());
        Flux.from(connection.createStatement(sql).execute()).blockLast();
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.REPEATABLE_READ);
        assertThat(show("transaction_isolation")).isEqualTo("repeatable read");
        run(connection.commitTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @Test
    void anIsolationLevelThatIsRefusedIsNotReported() {
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection
                        .createStatement("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                        .execute())
                .verifyError(R2dbcException.class);
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @Test
    void theTimeZoneIsTheServersUnlessOneIsNamed() {
        Headgate abroad = DriverUnderTest.client()
                .node(ConnectionSettings.parse(route.url()).timeZone("Asia/Kathmandu"))
                .maxConnections(3)
                .build();
        Connection there = abroad.connectionFactory().create().block();
        for (int i = 0; i < 10; i++) {
            assertThat(show("TimeZone")).isEqualTo("UTC");
            assertThat(show(there, "TimeZone"))
                    .as("also where a pooler lends both the same server connection")
                    .isEqualTo("Asia/Kathmandu");
        }
        abroad.close().block();
    }
}
