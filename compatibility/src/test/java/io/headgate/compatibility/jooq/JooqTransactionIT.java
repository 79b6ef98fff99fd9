package io.headgate.compatibility.jooq;

import static io.headgate.compatibility.jooq.Library.AUTHOR;
import static io.headgate.compatibility.jooq.Library.AUTHOR_ID;
import static io.headgate.compatibility.jooq.Library.AUTHOR_NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import org.awaitility.Awaitility;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryTarget
class JooqTransactionIT {

    private final Target target;
    private final DSLContext jooq;

    JooqTransactionIT(Target target) {
        this.target = target;
        this.jooq = Library.context(target);
    }

    @BeforeEach
    void fill() {
        Library.fill(target);
    }

    private static Mono<Integer> insert(Configuration transaction, int id) {
        return Mono.from(
                transaction.dsl().insertInto(AUTHOR, AUTHOR_ID, AUTHOR_NAME).values(id, "author " + id));
    }

    private String authors() {
        return target.node().queryValue("SELECT string_agg(id::text, ',' ORDER BY id) FROM author");
    }

    @Test
    void commits() {
        assertThat(Flux.from(jooq.transactionPublisher(tx -> insert(tx, 3).then(insert(tx, 4))))
                        .blockLast())
                .isEqualTo(1);
        assertThat(authors()).isEqualTo("1,2,3,4");
    }

    @Test
    void rollsBackWhenTheWorkFails() {
        Flux.from(jooq.transactionPublisher(tx -> insert(tx, 3).then(Mono.error(new IllegalStateException("undo")))))
                .as(StepVerifier::create)
                .verifyErrorMessage("undo");
        Flux.from(jooq.transactionPublisher(tx -> insert(tx, 3).then(insert(tx, 1))))
                .as(StepVerifier::create)
                .verifyError(IntegrityConstraintViolationException.class);
        assertThat(authors()).isEqualTo("1,2");
    }

    @Test
    void aNestedOneRollsBackAlone() {
        Flux.from(jooq.transactionPublisher(tx -> insert(tx, 3)
                        .then(Flux.from(tx.dsl()
                                        .transactionPublisher(inner ->
                                                insert(inner, 4).then(Mono.error(new IllegalStateException("undo")))))
                                .then()
                                .onErrorComplete())
                        .then(insert(tx, 5))))
                .blockLast();
        assertThat(authors()).isEqualTo("1,2,3,5");
    }

    @Test
    void aNestedOneThatFailedAtTheServerRollsBackAlone() {
        Flux.from(jooq.transactionPublisher(tx -> insert(tx, 3)
                        .then(Flux.from(tx.dsl().transactionPublisher(inner -> insert(inner, 1)))
                                .then()
                                .onErrorComplete())
                        .then(insert(tx, 5))))
                .blockLast();
        assertThat(authors()).isEqualTo("1,2,3,5");
    }

    @Test
    void nestedOnesCommitWithTheOuterOne() {
        Flux.from(jooq.transactionPublisher(tx -> Flux.from(tx.dsl().transactionPublisher(inner -> insert(inner, 3)))
                        .concatWith(tx.dsl().transactionPublisher(inner -> insert(inner, 4)))))
                .blockLast();
        assertThat(authors()).isEqualTo("1,2,3,4");
    }

    @Test
    void rollsBackWhenCancelled() {
        Flux.from(jooq.transactionPublisher(tx -> insert(tx, 1_000).then(Mono.never())))
                .as(StepVerifier::create)
                .expectSubscription()
                .thenCancel()
                .verify();
        Awaitility.await()
                .untilAsserted(() -> assertThat(target.node()
                                .query("SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"))
                        .isEmpty());
        assertThat(authors()).isEqualTo("1,2");
    }

    @Test
    void manyAtOnceTakeTurns() {
        assertThat(Flux.range(10, 100)
                        .flatMap(id -> jooq.transactionPublisher(tx -> insert(tx, id)), 5)
                        .count()
                        .block())
                .isEqualTo(100);
        assertThat(target.node().queryValue("SELECT count(*) FROM author")).isEqualTo("102");
    }
}
