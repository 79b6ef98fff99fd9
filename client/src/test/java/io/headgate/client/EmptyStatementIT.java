package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.r2dbc.spi.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Statements of comments and semicolons alone are answered with nothing, wherever they stand. */
@ParameterizedClass
@EveryRoute
class EmptyStatementIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int RUNS = 3;

    private final Route route;
    private Headgate db;

    EmptyStatementIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(1).build();
    }

    @AfterEach
    void close() {
        if (db != null) {
            // the connection is at the answer of the last
            assertThat(FirstValue.of(db, Integer.class, "SELECT 7")).isEqualTo(7);
            assertThat(db.poolStatistics().opened()).isEqualTo(1);
            db.close().block();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/* nothing */", "-- nothing", ";", " ; ", "/* a */ -- b\n", ";;"})
    void changeNoRowsAndHaveNone(String nothing) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.sql(nothing).update().block(SOON)).isZero();
            assertThat(db.sql(nothing).one().block(SOON)).isNull();
            assertThat(db.sql(nothing).stream().count().block(SOON)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/* nothing */", "-- nothing", ";", " ; ", "/* a */ -- b\n", ";;"})
    void goWithOthersInATransaction(String nothing) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.inTransaction(tx -> tx.sql("SELECT 1")
                                    .one()
                                    .then(tx.sql(nothing).update())
                                    .then(tx.sql("SELECT 2")
                                            .map(row -> row.require(0, Integer.class))
                                            .one()))
                            .block(SOON))
                    .isEqualTo(2);
            assertThat(db.inTransaction(tx -> tx.sql(nothing)
                                    .update()
                                    .then(tx.sql("SELECT 2")
                                            .map(row -> row.require(0, Integer.class))
                                            .one()))
                            .block(SOON))
                    .as("first in its transaction")
                    .isEqualTo(2);
            assertThat(db.atomically(SqlStatement.of(nothing), SqlStatement.of("SELECT 1"))
                            .block(SOON))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/* nothing */", "-- nothing", ";", " ; ", "/* a */ -- b\n", ";;"})
    void changeNoRowsByR2dbc(String nothing) {
        for (int run = 0; run < RUNS; run++) {
            Long updated = FirstValue.onR2dbc(
                    db,
                    connection -> Flux.from(connection.createStatement(nothing).execute())
                            .flatMap(Result::getRowsUpdated)
                            .reduce(0L, Long::sum)
                            .block(SOON));
            assertThat(updated).isZero();
        }
    }
}
