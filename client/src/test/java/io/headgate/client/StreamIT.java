package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.util.context.ContextView;

@EveryRoute
class StreamIT {

    private final Route route;
    private Headgate db;

    StreamIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP SEQUENCE IF EXISTS produced");
        route.node().execute("CREATE SEQUENCE produced");
        route.node().execute("GRANT ALL ON produced TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        db.close().block();
    }

    @Test
    void deliversEveryRowInOrder() {
        assertThat(db
                        .sql("SELECT n FROM generate_series(1, $1) n")
                        .bind(10_001)
                        .map(row -> row.require(0, Integer.class))
                        .stream(100)
                        .collectList()
                        .block())
                .hasSize(10_001)
                .isSorted()
                .endsWith(10_001);
        assertThat(db.sql("SELECT 1 WHERE false").stream().collectList().block())
                .isEmpty();
    }

    @Test
    void demandReachesTheServer() {
        db.inTransaction(
                        io.headgate.core.TransactionOptions.defaults(),
                        tx -> tx.sql("SELECT nextval('produced') FROM generate_series(1, 100000)").stream(10))
                .as(flux -> StepVerifier.create(flux, 0))
                .thenRequest(5)
                .expectNextCount(5)
                .then(() -> assertThat(produced()).isEqualTo(10))
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> assertThat(produced()).isEqualTo(20))
                .thenCancel()
                .verify();
        assertThat(produced()).isEqualTo(20);
    }

    private long produced() {
        return Long.parseLong(route.node().queryValue("SELECT last_value FROM produced"));
    }

    @Test
    void aStreamMayBeLeftEarlyAndTheTransactionGoesOn() {
        assertThat(db.inTransaction(tx -> tx.sql("SELECT n FROM generate_series(1, 1000) n").stream(10)
                                .take(15)
                                .count()
                                .flatMap(count -> tx.sql("SELECT $1::int")
                                        .bind(count)
                                        .map(row -> row.require(0, Long.class))
                                        .one()))
                        .block())
                .isEqualTo(15);
    }

    @Test
    void anErrorInTheMiddleIsTheStreamsError() {
        db.sql("SELECT 10 / (5 - n) FROM generate_series(1, 10) n").stream(2)
                .as(StepVerifier::create)
                .expectNextCount(4)
                .verifyErrorSatisfies(error ->
                        assertThat(((DatabaseException) error).sqlState()).isEqualTo("22012"));
        db.sql("SELECT $1::int").bind("x").stream().as(StepVerifier::create).verifyError(HeadgateException.class);
        db.sql("SELEKT").stream().as(StepVerifier::create).verifyError(DatabaseException.class);
    }

    /** Each stream is one statement to the listener, however it ends. */
    @Test
    void theListenerHearsOfStreamsThatCompleteFailAndAreCancelled() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        Headgate observed = Headgate.builder()
                .node(route.url())
                .driver(DriverUnderTest.selected().name().toLowerCase(Locale.ROOT))
                .listener(new DataAccessListener() {
                    @Override
                    public Observation started(Operation operation, ContextView context) {
                        SqlStatement statement = operation.statement();
                        if (statement == null || !statement.text().startsWith("SELECT n")) {
                            return Observation.NONE;
                        }
                        return error -> told.add(statement.text() + " " + (error == null ? "ok" : "failed") + " "
                                + (operation.kind() == Operation.Kind.STREAM));
                    }
                })
                .build();
        observed.sql("SELECT n FROM generate_series(1, 1000) n").stream().blockLast();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(told).containsExactly("SELECT n FROM generate_series(1, 1000) n ok true"));
        told.clear();
        observed.sql("SELECT n / (500 - n) FROM generate_series(1, 1000) n").stream()
                .as(StepVerifier::create)
                .thenConsumeWhile(row -> true)
                .verifyError(DatabaseException.class);
        Awaitility.await()
                .untilAsserted(() -> assertThat(told)
                        .containsExactly("SELECT n / (500 - n) FROM generate_series(1, 1000) n failed true"));
        told.clear();
        observed.sql("SELECT n FROM generate_series(1, 100000) n").stream()
                .as(flux -> StepVerifier.create(flux, 10))
                .expectNextCount(10)
                .thenCancel()
                .verify();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(told).containsExactly("SELECT n FROM generate_series(1, 100000) n ok true"));
        told.clear();
        observed.sql("SELECT n FROM generate_series(1, $1) n").bind(new Object()).stream()
                .as(StepVerifier::create)
                .verifyError(HeadgateException.class);
        // after the caller, and so later when a driver finds the fault on its own loop
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(told).containsExactly("SELECT n FROM generate_series(1, $1) n failed true"));
        observed.close().block();
    }
}
