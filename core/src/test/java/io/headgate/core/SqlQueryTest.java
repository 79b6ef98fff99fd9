package io.headgate.core;

import static io.headgate.core.RowOf.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ResultSizeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SqlQueryTest {

    private record Track(long id) {}

    /** Returns the same rows for every statement and records the statements. */
    private static final class Scripted implements StatementRunner {

        private final List<SqlStatement> executed = new ArrayList<>();
        private final List<SqlStatement> streamed = new ArrayList<>();
        private final List<SqlRow> rows;

        Scripted(SqlRow... rows) {
            this.rows = List.of(rows);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return Mono.fromSupplier(() -> {
                executed.add(statement);
                return SqlResult.of(rows, RowMetadata.of(List.of("id")), rows.size());
            });
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.defer(() -> {
                streamed.add(query);
                return Flux.fromIterable(rows);
            });
        }
    }

    private final Scripted none = new Scripted();
    private final Scripted single = new Scripted(row("id", 1));
    private final Scripted two = new Scripted(row("id", 1), row("id", 2));

    @Test
    void givesTheOnlyRow_nothing_orAnError() {
        query(single).one().as(StepVerifier::create).expectNext(new Track(1)).verifyComplete();
        query(none).one().as(StepVerifier::create).verifyComplete();
        statement(two)
                .bind("secret")
                .as(Track.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ResultSizeException.class)
                        .hasMessageContaining("got 2")
                        .hasMessageContaining("SELECT id FROM track")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void givesTheFirstRowOrAllOfThem() {
        query(two).first().as(StepVerifier::create).expectNext(new Track(1)).verifyComplete();
        query(none).first().as(StepVerifier::create).verifyComplete();
        query(two)
                .all()
                .as(StepVerifier::create)
                .expectNext(new Track(1), new Track(2))
                .verifyComplete();
        statement(two).update().as(StepVerifier::create).expectNext(2L).verifyComplete();
        statement(two)
                .result()
                .map(SqlResult::rows)
                .as(StepVerifier::create)
                .expectNext(two.rows)
                .verifyComplete();
    }

    @Test
    void streamsWithItsFetchSize() {
        query(two).stream(7).as(StepVerifier::create).expectNextCount(2).verifyComplete();
        assertThat(two.streamed)
                .singleElement()
                .satisfies(sent -> assertThat(sent.fetchSize()).isEqualTo(7));
        assertThat(two.executed).isEmpty();
    }

    @Test
    void sendsNothingBeforeASubscription_andOnceForEach() {
        Mono<Track> one = statement(single).bind(5).as(Track.class).one();
        assertThat(single.executed).isEmpty();
        one.block();
        one.block();
        assertThat(single.executed)
                .hasSize(2)
                .allSatisfy(sent -> assertThat(sent.parameters()).containsExactly(5));
    }

    @Test
    void mayBeBoundInSeveralWaysFromTheSameStart() {
        SqlQuery start = single.sql("SELECT id FROM track WHERE id = $1");
        assertThat(start.bind(1).statement().parameters()).containsExactly(1);
        assertThat(start.bindAll(2).statement().parameters()).containsExactly(2);
        assertThat(start.batch(List.of(List.of(3))).statement().parameterSets()).containsExactly(List.of(3));
        assertThat(start.statement().parameters()).isEmpty();
    }

    @Test
    void passesOnWhatAMapperThrows() {
        two.sql("SELECT id FROM track")
                .map(row -> {
                    throw new IllegalStateException("bad row");
                })
                .all()
                .as(StepVerifier::create)
                .verifyErrorMessage("bad row");
    }

    private static RowQuery<Track> query(StatementRunner runner) {
        return statement(runner).as(Track.class);
    }

    private static SqlQuery statement(StatementRunner runner) {
        return runner.sql("SELECT id FROM track");
    }
}
