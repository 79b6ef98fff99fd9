package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.RowQuery;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultLimitException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A result of unknown size is not collected for ever. */
@EveryRoute
class ResultLimitIT {

    private final Route route;
    private Headgate db;

    ResultLimitIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS limited");
        route.node()
                .execute(
                        "CREATE TABLE limited AS SELECT n AS id, repeat('x', 100) AS note FROM generate_series(1, 1001) n");
        route.node().execute("GRANT ALL ON limited TO app");
        db = DriverUnderTest.client()
                .node(route.url() + "?max_result_rows=1000&max_result_bytes=50000")
                .maxConnections(1)
                .build();
    }

    @AfterEach
    void close() {
        db.close().block(Duration.ofSeconds(20));
    }

    private static void isTooLarge(RowQuery<?> query, Outcome outcome) {
        query.all()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ResultLimitException.class)
                        .hasMessageContaining("stream()")
                        .hasMessageContaining("LIMIT")
                        .hasMessageContaining("max_result_rows")
                        .satisfies(limit -> assertThat(((ResultLimitException) limit).outcome())
                                .isEqualTo(outcome)));
    }

    @ParameterizedTest
    @CsvSource({
        "SELECT id FROM limited, NOT_EXECUTED",
        "SELECT note FROM limited WHERE id < 1000, NOT_EXECUTED",
        "UPDATE limited SET id = -id RETURNING id, UNKNOWN"
    })
    void aLargerOneIsAnErrorThatSaysWhatToDoAndTheConnectionServesOn(String sql, Outcome outcome) {
        String before = pid();
        isTooLarge(db.sql(sql), outcome);
        isTooLarge(db.sql(sql), outcome);
        assertThat(pid()).isEqualTo(before);
    }

    private String pid() {
        return route == Route.DIRECT
                ? db.sql("SELECT pg_backend_pid()::text")
                        .map(row -> row.require(0, String.class))
                        .one()
                        .block()
                : "of the pooler";
    }

    @Test
    void inATransactionNothingOfItStays() {
        db.inTransaction(tx ->
                        tx.sql("UPDATE limited SET id = -id RETURNING id").all().collectList())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((ResultLimitException) error).outcome()).isEqualTo(Outcome.NOT_EXECUTED));
        assertThat(route.node().queryValue("SELECT count(*) FROM limited WHERE id < 0"))
                .isEqualTo("0");
    }

    /** Its work may catch the error and go on; what it did is committed then. */
    @ParameterizedTest
    @CsvSource({
        "SELECT id FROM limited, NOT_EXECUTED, 0",
        "UPDATE limited SET id = -id RETURNING id, UNKNOWN, 1001",
    })
    void caughtInATransactionItClaimsNothingThatTheCommitBelies(String sql, Outcome outcome, String written) {
        Outcome told = db.inTransaction(tx -> tx.sql(sql)
                        .all()
                        .then(Mono.<Outcome>empty())
                        .onErrorResume(ResultLimitException.class, error -> Mono.just(error.outcome())))
                .block();
        assertThat(told).isEqualTo(outcome);
        assertThat(route.node().queryValue("SELECT count(*) FROM limited WHERE id < 0"))
                .isEqualTo(written);
    }

    @Test
    void caughtBehindASavepointItIsUndone() {
        Outcome told = db.inTransaction(
                        tx -> tx.savepoint(inner -> inner.sql("UPDATE limited SET id = -id RETURNING id")
                                        .all())
                                .then(Mono.<Outcome>empty())
                                .onErrorResume(ResultLimitException.class, error -> Mono.just(error.outcome())))
                .block();
        assertThat(told).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(route.node().queryValue("SELECT count(*) FROM limited WHERE id < 0"))
                .isEqualTo("0");
    }

    @Test
    void whatFitsIsGivenAndAStreamHasNoLimit() {
        assertThat(db.sql("SELECT id FROM limited WHERE id <= 1000")
                        .all()
                        .count()
                        .block())
                .isEqualTo(1_000);
        assertThat(db.sql("SELECT id, note FROM limited").stream().count().block())
                .isEqualTo(1_001);
    }
}
