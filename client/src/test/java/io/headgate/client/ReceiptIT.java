package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Completion.Preparation;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Receipts of what happened to statements, streams and transactions. */
@EveryRoute
class ReceiptIT {

    private final List<Receipt> receipts = new CopyOnWriteArrayList<>();
    private final Route route;
    private final String address;
    private final Headgate db;

    ReceiptIT(Route route) {
        this.route = route;
        address = route.url().replaceAll("^.*@([^/]*)/.*$", "$1");
        db = DriverUnderTest.client().node(route.url()).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private Receipt only() {
        assertThat(receipts).hasSize(1);
        return receipts.get(0);
    }

    @Test
    void ofAStatement() {
        Mono<Integer> one = Receipt.collect(
                db.sql("SELECT 1").map(row -> row.require(0, Integer.class)).one(), receipts::add);
        assertThat(receipts).as("nothing before a subscription").isEmpty();
        assertThat(one.block()).isEqualTo(1);
        assertThat(only().nodes()).singleElement().hasToString(address);
        assertThat(only().operations()).isEqualTo(1);
        assertThat(only().waited()).isLessThan(Duration.ofSeconds(30));
        one.block();
        assertThat(receipts).as("one a subscription").hasSize(2);
    }

    @Test
    void ofAStatementThatFails() {
        Mono<Long> failing = Receipt.collect(db.sql("SELECT 1 / 0").update(), receipts::add);
        assertThatThrownBy(failing::block).isInstanceOfSatisfying(DatabaseException.class, error -> {
            assertThat(error.node()).hasToString(address);
            assertThat(error.kind()).isEqualTo(ErrorTable.Kind.STATEMENT);
        });
        assertThat(only().operations()).isEqualTo(1);
    }

    @Test
    void ofATransactionWithAStream() {
        Flux<Integer> numbers = Receipt.collect(
                db.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.sql("SELECT 1")
                                .update()
                                .thenMany(tx
                                        .sql("SELECT n FROM generate_series(1, 50) n")
                                        .map(row -> row.require(0, Integer.class))
                                        .stream(7))),
                receipts::add);
        assertThat(numbers.count().block()).isEqualTo(50);
        assertThat(only().operations()).isEqualTo(2);
        assertThat(only().nodes()).hasSize(1);
    }

    @Test
    void ofAReceiptWithinAnother() {
        List<Receipt> outer = new CopyOnWriteArrayList<>();
        Mono<Long> inner = Receipt.collect(db.sql("SELECT 1").update(), receipts::add);
        Receipt.collect(inner.then(db.sql("SELECT 2").update()), outer::add).block();
        assertThat(only().operations()).isEqualTo(1);
        assertThat(outer)
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.operations()).isEqualTo(2));
    }

    @Test
    void ofWhatIsRefusedBeforeItIsSent() {
        assertThatThrownBy(() -> Receipt.collect(db.sql("LISTEN a").update(), receipts::add)
                        .block())
                .hasMessageContaining("LISTEN");
        assertThat(only().nodes()).isEmpty();
        assertThat(only().operations()).isZero();
    }

    @Test
    void ofWhatIsCancelled() {
        Receipt.collect(db.sql("SELECT 1 FROM pg_sleep(10)").update(), receipts::add)
                .timeout(Duration.ofMillis(300), Mono.just(0L))
                .block();
        assertThat(only().nodes()).hasSizeLessThanOrEqualTo(1);
    }

    private List<String> tags() {
        return only().steps().stream()
                .map(step -> String.valueOf(step.completion().commandTag()))
                .toList();
    }

    @Test
    void aStepSaysWhatTheServerSaid() {
        Receipt.collect(db.sql("SELECT n FROM generate_series(1, 3) n").update(), receipts::add)
                .block();
        assertThat(only().steps()).singleElement().satisfies(step -> {
            assertThat(step.node()).hasToString(address);
            assertThat(step.operation().kind()).isEqualTo(Operation.Kind.STATEMENT);
            assertThat(step.completion().role()).isEqualTo(Role.PRIMARY);
            assertThat(step.completion().attempts()).isEqualTo(1);
            assertThat(step.took()).isPositive();
        });
        assertThat(tags()).containsExactly(DriverUnderTest.passesCommandTags() ? "SELECT 3" : "null");
    }

    @Test
    void theSecondExecutionReusesWhatTheFirstPrepared() {
        assumeThat(DriverUnderTest.selected()).isNotEqualTo(DriverUnderTest.R2DBC);
        Headgate one = DriverUnderTest.client()
                .node(route.url())
                .pool(pool -> pool.maxConnections(1))
                .build();
        try {
            one.sql("CREATE TABLE IF NOT EXISTS receipt_of_insert (id int)")
                    .update()
                    .block();
            Mono<Long> insert = Receipt.collect(
                    one.sql("INSERT INTO receipt_of_insert VALUES ($1)").bind(1).update(), receipts::add);
            insert.then(insert).block();
        } finally {
            one.close().block();
        }
        assertThat(receipts)
                .extracting(receipt -> receipt.steps().get(0).completion().preparation())
                .containsExactlyElementsOf(
                        DriverUnderTest.keepsStatements(route)
                                ? List.of(Preparation.NEW, Preparation.REUSED)
                                : List.of(Preparation.UNNAMED, Preparation.UNNAMED));
    }

    @Test
    void aTransactionEndsWithItsCommit() {
        Receipt.collect(
                        db.inTransaction(tx -> tx.sql("SELECT 1")
                                .update()
                                .then(tx.sql("SELECT 2").update())),
                        receipts::add)
                .block();
        assertThat(only().steps())
                .extracting(step -> step.operation().kind())
                .containsExactly(Operation.Kind.STATEMENT, Operation.Kind.STATEMENT, Operation.Kind.TRANSACTION);
        assertThat(tags()).last().isEqualTo("COMMIT");
        assertThat(only().operations()).isEqualTo(2);
    }

    @Test
    void aTransactionThatSendsNothingHasNoCommit() {
        Receipt.collect(db.inTransaction(tx -> Mono.just(1)), receipts::add).block();
        assertThat(only().steps()).isEmpty();
    }

    @Test
    void aTransactionThatIsRolledBackHasNoCommit() {
        assertThatThrownBy(() -> Receipt.collect(
                                db.inTransaction(tx ->
                                        tx.sql("SELECT 1").update().then(Mono.error(new IllegalStateException("no")))),
                                receipts::add)
                        .block())
                .hasMessage("no");
        assertThat(only().steps())
                .extracting(step -> step.operation().kind())
                .containsExactly(Operation.Kind.STATEMENT);
    }

    @Test
    void statementsSentAsOneHaveAStepEach() {
        Receipt.collect(
                        db.atomically(List.of(
                                SqlStatement.of("SELECT 1"), SqlStatement.of("SELECT n FROM generate_series(1, 2) n"))),
                        receipts::add)
                .block();
        assertThat(tags())
                .filteredOn(tag -> !tag.equals("COMMIT"))
                .containsExactlyElementsOf(
                        DriverUnderTest.passesCommandTags()
                                ? List.of("SELECT 1", "SELECT 2")
                                : List.of("null", "null"));
    }

    @Test
    void aStreamHasOneWhenItIsRead() {
        Flux<Integer> rows =
                db.sql("SELECT n FROM generate_series(1, 20) n").map(row -> row.require(0, Integer.class)).stream(7);
        Receipt.collect(rows, receipts::add).blockLast();
        assertThat(only().steps()).extracting(step -> step.operation().kind()).contains(Operation.Kind.STREAM);
        receipts.clear();
        Receipt.collect(rows.take(3), receipts::add).blockLast();
        assertThat(only().steps())
                .as("it was not read to its end")
                .extracting(step -> step.operation().kind())
                .doesNotContain(Operation.Kind.STREAM);
    }

    /**
     * A pooler may give the executions after the change a server that has not prepared the statement. Such an execution
     * is not repeated, so there are several rounds.
     */
    @Test
    void aRepetitionCounts() {
        db.sql("CREATE TABLE IF NOT EXISTS receipt_of_repetition (id int)")
                .update()
                .block();
        Mono<Long> select = db.sql("SELECT * FROM receipt_of_repetition WHERE id > $1")
                .bind(0)
                .update();
        boolean repeated = false;
        for (int round = 0; round < 10 && !repeated; round++) {
            Flux.range(0, 20).concatMap(i -> select).blockLast();
            db.sql("ALTER TABLE receipt_of_repetition ADD COLUMN \"" + UUID.randomUUID() + "\" int")
                    .update()
                    .block();
            for (int i = 0; i < 20; i++) {
                Receipt.collect(select, receipts::add).block();
            }
            repeated = receipts.stream()
                    .anyMatch(receipt -> receipt.steps().get(0).completion().attempts() > 1);
        }
        db.sql("DROP TABLE receipt_of_repetition").update().block();
        assertThat(receipts)
                .allSatisfy(receipt -> assertThat(receipt.steps()).hasSize(1))
                .extracting(receipt -> receipt.steps().get(0).completion().attempts())
                .allMatch(sent -> sent >= 1 && sent <= 3);
        if (DriverUnderTest.keepsStatements(route)) {
            assertThat(repeated).as("one of them met the stale statement").isTrue();
        }
    }

    /** A replica that has replayed up to the position shows the write. */
    @Test
    void theReceiptOfAWriteHasItsPosition() {
        db.sql("CREATE TABLE IF NOT EXISTS receipt_of_position (id int)")
                .update()
                .block();
        SqlStatement insert = SqlStatement.of("INSERT INTO receipt_of_position VALUES (1)");
        Lsn before = flushed();
        List<Publisher<?>> writes = List.of(
                db.execute(insert),
                db.atomically(insert, insert),
                db.inTransaction(tx -> tx.execute(insert).then(tx.execute(insert))),
                db.execute(insert.with(options -> options.name("last"))));
        for (Publisher<?> write : writes) {
            Receipt.collect(Flux.from(write), receipts::add).blockLast();
        }
        db.sql("SELECT 1").update().block();
        Receipt.collect(db.sql("SELECT count(*) FROM receipt_of_position").update(), receipts::add)
                .block();
        db.sql("DROP TABLE receipt_of_position").update().block();
        assertThat(receipts).hasSize(5).last().extracting(Receipt::position).isNull();
        List<Receipt> ofWrites = receipts.subList(0, 4);
        if (DriverUnderTest.selected() != DriverUnderTest.NETTY) {
            assertThat(ofWrites).extracting(Receipt::position).containsOnlyNulls();
            return;
        }
        assertThat(ofWrites).extracting(Receipt::position).doesNotContainNull().isSorted();
        assertThat(ofWrites.get(0).position()).isGreaterThan(before);
        assertThat(ofWrites.get(3).position()).isLessThanOrEqualTo(inserted());
        assertThat(ofWrites.get(2).steps())
                .filteredOn(step -> step.completion().position() != null)
                .as("inside a transaction nothing is committed")
                .extracting(step -> step.operation().kind())
                .containsExactly(Operation.Kind.TRANSACTION);
    }

    @Test
    void aStreamHasNoPosition() {
        Flux<Long> rows =
                db.sql("SELECT n FROM generate_series(1, 20) n").map(row -> row.require(0, Long.class)).stream(7);
        Receipt.collect(rows, receipts::add).blockLast();
        Receipt.collect(db.inTransaction(tx -> tx.sql("SELECT 1").update()), receipts::add)
                .block();
        assertThat(receipts).extracting(Receipt::position).containsOnlyNulls();
    }

    @Test
    void ofASessionConnection() {
        assumeThat(route).as("a session needs a connection of its own").isEqualTo(Route.DIRECT);
        Headgate sessions = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.url())
                .build();
        try {
            Flux<Long> work = sessions.sessionConnection(session -> session.inTransaction(
                    TransactionOptions.defaults(),
                    tx -> tx.sql("CREATE TEMP TABLE receipt_of_session (id int)")
                            .update()));
            Receipt.collect(work, receipts::add).blockLast();
        } finally {
            sessions.close().block();
        }
        assertThat(tags()).last().isEqualTo("COMMIT");
        assertThat(only().waited()).isPositive();
        assertThat(only().position() != null).isEqualTo(DriverUnderTest.selected() == DriverUnderTest.NETTY);
    }

    private Lsn flushed() {
        return Lsn.parse(route.node().queryValue("SELECT pg_current_wal_flush_lsn()::text"));
    }

    private Lsn inserted() {
        return Lsn.parse(route.node().queryValue("SELECT pg_current_wal_insert_lsn()::text"));
    }

    /** The wait for a position must not cost the result of a write. */
    @Test
    void aLoadHasItsPosition() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        db.sql("CREATE TABLE IF NOT EXISTS receipt_of_load (id int)").update().block();
        Lsn before = flushed();
        Mono<Long> load = db.copyIn(
                "COPY receipt_of_load FROM STDIN",
                Flux.range(0, 1_000).map(i -> ByteBuffer.wrap((i + "\n").getBytes(StandardCharsets.US_ASCII))));
        assertThat(Receipt.collect(load, receipts::add).block()).isEqualTo(1_000);
        db.sql("DROP TABLE receipt_of_load").update().block();
        assertThat(only().position()).isGreaterThan(before).isLessThanOrEqualTo(inserted());
    }

    @Test
    void itKeepsAHundredSteps() {
        Receipt.collect(Flux.range(0, 150).concatMap(i -> db.sql("SELECT 1").update()), receipts::add)
                .blockLast();
        assertThat(only().operations()).isEqualTo(150);
        assertThat(only().steps()).hasSize(Receipt.MAX_STEPS);
    }

    @Test
    void everyListenerGetsTheCommit() {
        List<String> commits = new CopyOnWriteArrayList<>();
        Headgate listening = DriverUnderTest.client()
                .node(route.url())
                .listener(new DataAccessListener() {
                    @Override
                    public Observation committing(Node node, ContextView context) {
                        return new CompletionOnly(
                                completion -> commits.add(completion.commandTag() + " for " + context.get("caller")));
                    }
                })
                .build();
        try {
            listening
                    .inTransaction(tx -> tx.sql("SELECT 1").update())
                    .contextWrite(Context.of("caller", "the request"))
                    .block();
            assertThat(commits).as("before the caller got the end").containsExactly("COMMIT for the request");
        } finally {
            listening.close().block();
        }
    }

    /** Its caller has given it up, and it takes effect later: the position of another write does not cover it. */
    @Test
    void aWriteThatWasGivenUpLeavesThePositionOpen() {
        db.sql("CREATE TABLE receipt_given_up (id int)").update().block();
        db.sql("CREATE FUNCTION receipt_sleep() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END'")
                .update()
                .block();
        db.sql("CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON receipt_given_up DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION receipt_sleep()")
                .update()
                .block();
        Headgate patient = DriverUnderTest.client()
                .node(route.url())
                .pool(pool -> pool.cancelGrace(Duration.ofSeconds(2)))
                .build();
        try {
            SqlStatement slow = SqlStatement.of("INSERT INTO receipt_given_up VALUES (1)");
            Mono<Long> quick = patient.sql("CREATE TABLE IF NOT EXISTS receipt_given_up (id int)")
                    .update();
            Duration soon = Duration.ofMillis(80);
            for (Publisher<?> givenUp : List.<Publisher<?>>of(
                    patient.execute(slow),
                    patient.atomically(slow, slow),
                    patient.inTransaction(tx -> tx.execute(slow)),
                    Flux.merge(patient.execute(slow), quick).take(1))) {
                Mono<?> both = Flux.from(givenUp)
                        .then()
                        .timeout(soon)
                        .onErrorResume(TimeoutException.class, tooLate -> Mono.empty())
                        .then(quick);
                Receipt.collect(both, receipts::add).block();
            }
            assertThat(receipts).hasSize(4).extracting(Receipt::position).containsOnlyNulls();
        } finally {
            patient.close().block();
            db.sql("DROP TABLE receipt_given_up").update().block();
            db.sql("DROP FUNCTION receipt_sleep").update().block();
        }
    }

    /** The receipt is delivered at the error, and must know of it. */
    @Test
    void aLastWriteOfUnknownOutcomeLeavesThePositionOpen() {
        db.sql("CREATE TABLE IF NOT EXISTS receipt_unknown (id int)").update().block();
        Mono<Long> known = db.sql("INSERT INTO receipt_unknown VALUES (1)").update();
        SqlStatement ending =
                SqlStatement.of("INSERT INTO receipt_unknown SELECT 1 WHERE pg_terminate_backend(pg_backend_pid())");
        // other drivers run atomically(...) in a transaction, which is undone
        List<Mono<?>> endings = DriverUnderTest.selected() == DriverUnderTest.NETTY
                ? List.of(db.execute(ending), db.atomically(ending, ending))
                : List.of(db.execute(ending));
        for (Mono<?> last : endings) {
            Mono<?> both = known.then(last);
            assertThatThrownBy(() -> Receipt.collect(both, receipts::add).block())
                    .isInstanceOfSatisfying(
                            HeadgateException.class,
                            error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
        }
        assertThat(receipts)
                .hasSameSizeAs(endings)
                .extracting(Receipt::position)
                .containsOnlyNulls();
        db.sql("DROP TABLE receipt_unknown").update().block();
    }

    /** What a listener wants to know of a COMMIT. */
    private record CompletionOnly(Consumer<Completion> taker) implements Observation {

        @Override
        public void ended(@Nullable Throwable error) {}

        @Override
        public boolean wantsCompletion() {
            return true;
        }

        @Override
        public void completed(Completion completion) {
            taker.accept(completion);
        }
    }
}
