package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ResultSizeException;
import io.headgate.core.error.RowMappingException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@EveryRoute
class QueryIT {

    private final Route route;
    private Headgate db;

    QueryIT(Route route) {
        this.route = route;
    }

    record Track(long id, String title, int playCount) {}

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS track");
        route.node()
                .execute(
                        "CREATE TABLE track (id bigserial PRIMARY KEY, title text NOT NULL, play_count int NOT NULL DEFAULT 0)");
        route.node().execute("GRANT ALL ON track, track_id_seq TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    /** Longer than what is kept of texts. */
    @Test
    void runsALongTextWithParameters() {
        String padding = "/*" + "x".repeat(9_000) + "*/";
        SqlStatement statement = SqlStatement.of("SELECT $1::int " + padding).bind(7);
        for (int i = 0; i < 2; i++) {
            assertThat(db.execute(statement).block().rows().get(0).require(0, Integer.class))
                    .isEqualTo(7);
            assertThat(db.stream(statement).blockLast().require(0, Integer.class))
                    .isEqualTo(7);
            assertThat(db.inTransaction(tx -> tx.execute(statement))
                            .block()
                            .rows()
                            .get(0)
                            .require(0, Integer.class))
                    .isEqualTo(7);
            assertThat(db.atomically(statement, statement).block()).hasSize(2);
            assertThat(db.execute(SqlStatement.of("SELECT $1::int + 0 " + padding)
                                    .batch(List.of(List.of(1), List.of(2))))
                            .block()
                            .rows())
                    .hasSize(2);
        }
    }

    @Test
    void insertsAndReadsBack() {
        Long id = db.sql("INSERT INTO track(title) VALUES ($1) RETURNING id")
                .bind("So What")
                .map(row -> row.require(0, Long.class))
                .one()
                .block();
        assertThat(id).isEqualTo(1);
        assertThat(db.sql("SELECT id, title, play_count FROM track WHERE id = $1")
                        .bind(id)
                        .as(Track.class)
                        .one()
                        .block())
                .isEqualTo(new Track(1, "So What", 0));
        assertThat(db.sql("UPDATE track SET play_count = play_count + 1")
                        .update()
                        .block())
                .isEqualTo(1);
        assertThat(db.sql("SELECT id FROM track WHERE id = $1").bind(99).one().block())
                .isNull();
    }

    @Test
    void runsABatchAsOneTransaction() {
        SqlResult result = db.sql("INSERT INTO track(title) VALUES ($1) RETURNING id")
                .batch(List.of(List.of("a"), List.of("b"), List.of("c")))
                .result()
                .block();
        assertThat(result.updateCount()).isEqualTo(3);
        assertThat(result.updateCounts()).containsExactly(1L, 1L, 1L);
        assertThat(result.rows()).extracting(row -> row.get("id", Long.class)).containsExactly(1L, 2L, 3L);

        db.sql("INSERT INTO track(id, title) VALUES ($1, $2)")
                .batch(List.of(List.of(10L, "d"), List.of(1L, "duplicate")))
                .update()
                .as(StepVerifier::create)
                .verifyError(io.headgate.core.error.ConstraintViolationException.class);
        assertThat(db.sql("SELECT count(*) FROM track")
                        .map(row -> row.require(0, Long.class))
                        .one()
                        .block())
                .isEqualTo(3);
    }

    @Test
    void deliversManyRowsInOrder() {
        List<Integer> all = db.sql("SELECT n FROM generate_series(1, $1) n")
                .bind(10_000)
                .map(row -> row.require(0, Integer.class))
                .all()
                .collectList()
                .block();
        assertThat(all).hasSize(10_000).startsWith(1, 2).endsWith(9_999, 10_000);
    }

    @Test
    void keepsCallersApart() {
        Flux.range(0, 2_000)
                .flatMap(
                        i -> db.sql("SELECT $1::int AS id, $2::text AS text")
                                .bind(i)
                                .bind("caller " + i)
                                .map(row -> {
                                    assertThat(row.get("text", String.class)).isEqualTo("caller " + i);
                                    return row.require("id", Integer.class).equals(i);
                                })
                                .one(),
                        64)
                .as(StepVerifier::create)
                .recordWith(java.util.ArrayList::new)
                .thenConsumeWhile(same -> same)
                .consumeRecordedWith(seen -> assertThat(seen).hasSize(2_000))
                .verifyComplete();
    }

    @Test
    void refusesMoreThanOneRowWhereOneIsExpected() {
        db.sql("SELECT n FROM generate_series(1, 3) n")
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ResultSizeException.class)
                        .hasMessageContaining("got 3"));
        assertThat(db.sql("SELECT n FROM generate_series(1, 3) n")
                        .map(row -> row.require(0, Long.class))
                        .first()
                        .block())
                .isEqualTo(1);
    }

    @Test
    void namesTheColumnThatIsMissingOrDoesNotFit() {
        db.sql("SELECT 1 AS one")
                .map(row -> row.get("two", Integer.class))
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RowMappingException.class)
                        .hasMessageContaining("\"two\"")
                        .hasMessageContaining("[one]"));
        db.sql("SELECT NULL::int AS n")
                .map(row -> row.get("n", int.class))
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("\"n\" is NULL"));
        db.sql("SELECT 5000000000 AS big")
                .map(row -> row.get("big", Integer.class))
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(error).hasMessageContaining("\"big\"").hasMessageNotContaining("5000000000"));
    }

    /** A driver learns of a statement with each execution, such as the formats that its columns come in. */
    @Test
    void aStatementReturnsTheSameEachTime() {
        for (int i = 0; i < 10; i++) {
            SqlRow row = db.sql(
                            "SELECT 7 AS n, 1.5::float8 AS f, DATE '2024-01-05' AS d, 'x' AS t, NULL::int AS nothing")
                    .one()
                    .block();
            assertThat(row.require("n", Integer.class)).isEqualTo(7);
            assertThat(row.require("f", Double.class)).isEqualTo(1.5);
            assertThat(row.require("d", LocalDate.class)).isEqualTo(LocalDate.of(2024, 1, 5));
            assertThat(row.require("t", String.class)).isEqualTo("x");
            assertThat(row.get("nothing", Integer.class)).isNull();
        }
    }
}
