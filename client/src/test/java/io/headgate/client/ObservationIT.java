package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.r2dbc.spi.Connection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a listener that makes traces is given: starts, ends, and who is whose parent. */
@EveryRoute
class ObservationIT {

    /** Writes down each operation with its parent, as a tracer would. */
    private static final class Tracer implements DataAccessListener {

        private static final String PARENT = "parent";

        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public Observation started(Operation operation, ContextView context) {
            SqlStatement statement = operation.statement();
            if (statement != null && !statement.text().contains("observed")) {
                return Observation.NONE;
            }
            String what = operation.kind() + " in " + context.getOrDefault(PARENT, "nothing");
            events.add("start " + what);
            return new Observation() {
                @Override
                public void ended(@Nullable Throwable error) {
                    events.add((error == null ? "end " : "fail ") + what);
                }

                @Override
                public void cancelled() {
                    events.add("cancel " + what);
                }

                @Override
                public Context within(Context inner) {
                    return inner.put(PARENT, operation.kind().toString());
                }
            };
        }
    }

    private final Tracer tracer = new Tracer();
    private final Route route;
    private final Headgate db;

    ObservationIT(Route route) {
        this.route = route;
        db = Headgate.builder()
                .node(route.url())
                .driver(DriverUnderTest.selected().name().toLowerCase(Locale.ROOT))
                .listener(tracer)
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private void saw(String... events) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events).containsExactly(events));
    }

    @Test
    void aStatementHasTheCallersContext() {
        db.sql("SELECT 'observed'")
                .map(row -> row.require(0, String.class))
                .one()
                .contextWrite(Context.of(Tracer.PARENT, "the request"))
                .block();
        saw("start STATEMENT in the request", "end STATEMENT in the request");
    }

    @Test
    void aStreamEnds() {
        db.sql("SELECT 'observed', n FROM generate_series(1, 100) n").stream(7)
                .contextWrite(Context.of(Tracer.PARENT, "the request"))
                .blockLast();
        saw("start STREAM in the request", "end STREAM in the request");
    }

    @Test
    void statementsOfATransactionAreItsChildren() {
        db.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.sql("SELECT 'observed'").update().thenMany(tx.sql("SELECT 'observed'").stream()))
                .contextWrite(Context.of(Tracer.PARENT, "the request"))
                .blockLast();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events)
                        .startsWith("start TRANSACTION in the request", "start STATEMENT in TRANSACTION")
                        .contains(
                                "end STATEMENT in TRANSACTION",
                                "start STREAM in TRANSACTION",
                                "end STREAM in TRANSACTION")
                        .endsWith("end TRANSACTION in the request")
                        .hasSize(6));
    }

    @Test
    void whatFailsFails() {
        assertThatThrownBy(() -> db.sql("SELECT 'observed' / 0").update().block())
                .isInstanceOf(DatabaseException.class);
        saw("start STATEMENT in nothing", "fail STATEMENT in nothing");
    }

    @Test
    void aTransactionThatIsCancelledIsCancelled() {
        Flux<Long> endless = db.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.sql("SELECT 'observed'").update().concatWith(Flux.never()));
        endless.take(1).blockLast();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events)
                        .containsExactlyInAnyOrder(
                                "start TRANSACTION in nothing",
                                "start STATEMENT in TRANSACTION",
                                "end STATEMENT in TRANSACTION",
                                "cancel TRANSACTION in nothing"));
    }

    private Mono<Void> byR2dbc(Function<Connection, Publisher<Void>> end) {
        return Flux.usingWhen(
                        Mono.<Connection>from(db.connectionFactory().create()),
                        connection -> Mono.from(connection.beginTransaction())
                                .thenMany(Flux.from(connection
                                                .createStatement("SELECT 'observed'")
                                                .execute())
                                        .flatMap(result -> result.getRowsUpdated()))
                                .then(Mono.from(end.apply(connection))),
                        connection -> connection.close())
                .contextWrite(Context.of(Tracer.PARENT, "the request"))
                .then();
    }

    @Test
    void theDataOfACopyHaveTheCallersContext() {
        assumeThat(DriverUnderTest.selected()).isNotEqualTo(DriverUnderTest.VERTX);
        db.sql("CREATE TABLE IF NOT EXISTS traced_copy (who text)").update().block();
        Flux<ByteBuffer> data = Flux.deferContextual(context ->
                Flux.just(ByteBuffer.wrap((context.get(Tracer.PARENT) + "\n").getBytes(StandardCharsets.UTF_8))));
        assertThat(db.copyIn("COPY traced_copy FROM STDIN /* observed */", data)
                        .contextWrite(Context.of(Tracer.PARENT, "the request"))
                        .block(Duration.ofSeconds(20)))
                .isEqualTo(1);
        saw("start COPY in the request", "end COPY in the request");
    }

    @Test
    void theTransactionOfASessionIsTheParentOfItsStatements() {
        assumeThat(route).isEqualTo(Route.DIRECT);
        Headgate straight = Headgate.builder()
                .node(route.url())
                .sessionNode(route.url())
                .driver(DriverUnderTest.selected().name().toLowerCase(Locale.ROOT))
                .listener(tracer)
                .build();
        try {
            straight.sessionConnection(session -> session.inTransaction(
                            TransactionOptions.defaults(),
                            tx -> tx.sql("SELECT 'observed'").update()))
                    .contextWrite(Context.of(Tracer.PARENT, "the request"))
                    .blockLast(Duration.ofSeconds(20));
            saw(
                    "start TRANSACTION in the request",
                    "start STATEMENT in TRANSACTION",
                    "end STATEMENT in TRANSACTION",
                    "end TRANSACTION in the request");
        } finally {
            straight.close().block();
        }
    }

    @Test
    void statementsOfATransactionByR2dbcAreItsChildren() {
        byR2dbc(Connection::commitTransaction).block();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events)
                        .containsExactlyInAnyOrder(
                                "start TRANSACTION in the request",
                                "start STATEMENT in TRANSACTION",
                                "end STATEMENT in TRANSACTION",
                                "end TRANSACTION in the request"));
    }

    @Test
    void aRollbackThatWasAskedForIsNoFailure() {
        byR2dbc(Connection::rollbackTransaction).block();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events)
                        .containsExactlyInAnyOrder(
                                "start TRANSACTION in the request",
                                "start STATEMENT in TRANSACTION",
                                "end STATEMENT in TRANSACTION",
                                "cancel TRANSACTION in the request"));
    }

    @Test
    void eachOfSeveralThatAreSentAsOneIsAnOperation() {
        db.atomically(SqlStatement.of("SELECT 'observed', 1"), SqlStatement.of("SELECT 'observed', 2"))
                .block();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(tracer.events)
                        .filteredOn(event -> event.startsWith("end STATEMENT"))
                        .hasSize(2));
        assertThat(tracer.events)
                .filteredOn(event -> event.startsWith("start STATEMENT"))
                .hasSize(2);
    }
}
