package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The work of a transaction waits for a look-up of the same client, whose answer has the loop send its first statement: that
 * runs in the transaction, which is read-only, never before its BEGIN.
 */
@EveryRoute
class CachedLookupOrderIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int ROUNDS = Settings.number(300, 3_000);

    private final Route route;
    private Headgate single;
    private Headgate several;

    CachedLookupOrderIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        single = client(1);
        several = client(3);
    }

    private Headgate client(int connections) {
        return DriverUnderTest.client()
                .node(route.url())
                .maxConnections(connections)
                .build();
    }

    @AfterEach
    void close() {
        single.close().block();
        several.close().block();
    }

    private static String text(SqlRow row) {
        return row.require(0, String.class);
    }

    private static Mono<String> lookUp(Headgate db) {
        return db.sql("SELECT $1::text")
                .bind("a")
                .map(CachedLookupOrderIT::text)
                .one();
    }

    /** Whether the first statement after the trigger runs in its transaction: "on", or "off". */
    private static Mono<String> readOnlyAfter(Headgate db, Mono<String> trigger) {
        return db.inTransaction(TransactionOptions.defaults().asReadOnly(), tx -> trigger.flatMap(any -> readOnly(tx)))
                .next();
    }

    private static Mono<String> readOnly(SqlTransaction tx) {
        return tx.sql("SELECT current_setting('transaction_read_only')")
                .map(CachedLookupOrderIT::text)
                .one();
    }

    private static void assertInside(int atOnce, Publisher<String> round) {
        List<String> heard =
                Flux.range(0, ROUNDS).flatMap(i -> round, atOnce).collectList().block(SOON);
        assertThat(heard).hasSize(ROUNDS).containsOnly("on");
    }

    @Test
    void aLookUpTriggersTheFirstStatement() {
        assertInside(2, readOnlyAfter(several, lookUp(several)));
    }

    @Test
    void aCachedLookUpTriggersTheFirstStatement() {
        assertInside(2, Mono.defer(() -> readOnlyAfter(several, lookUp(several).cache())));
    }

    /** Answered before: the only connection would not be free for it within the transaction. */
    @Test
    void aCachedLookUpTriggersTheFirstStatementOnTheOnlyConnection() {
        assertInside(1, Mono.defer(() -> {
            Mono<String> cached = lookUp(single).cache();
            return cached.then(readOnlyAfter(single, cached));
        }));
    }

    @Test
    void theAnswerOfSomebodyElseTriggersTheFirstStatement() {
        assertInside(2, Mono.defer(() -> {
            Sinks.One<String> trigger = Sinks.one();
            Mono<String> inside = readOnlyAfter(several, trigger.asMono());
            return Mono.zip(inside, lookUp(several).doOnNext(trigger::tryEmitValue), (setting, answer) -> setting);
        }));
    }

    @Test
    void theAnswerOfSomebodyElseTriggersTheFirstStatementOnTheOnlyConnection() {
        assertInside(1, Mono.defer(() -> {
            Sinks.One<String> trigger = Sinks.one();
            return lookUp(single).doOnNext(trigger::tryEmitValue).then(readOnlyAfter(single, trigger.asMono()));
        }));
    }
}
