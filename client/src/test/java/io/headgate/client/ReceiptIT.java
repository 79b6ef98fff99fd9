package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.observe.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Receipts of what happened to statements, streams and transactions. */
@EveryRoute
class ReceiptIT {

    private final List<Receipt> receipts = new CopyOnWriteArrayList<>();
    private final String address;
    private final Headgate db;

    ReceiptIT(Route route) {
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
}
