package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** An ERROR with the SQLSTATE of a lost or ended session, such as 57P01, as postgres_fdw passes it on from a remote server that is shut down. */
@EveryRoute
class ShutdownCodeIT {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Route route;
    private Headgate db;

    ShutdownCodeIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).build();
        db.sql("SELECT 1").update().block();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "08006", "08P01"})
    void endsTheCallersWaitAndNotTheConnection(String sqlState) {
        says(sqlState);
        assertThatThrownBy(() -> db.sql("SELECT says_shutdown()").one().block(SOON))
                .isInstanceOfSatisfying(DatabaseException.class, error -> {
                    assertThat(error.sqlState()).isEqualTo(sqlState);
                    assertThat(error.error().isFatal()).isFalse();
                });
        assertThatThrownBy(() -> db.inTransaction(
                                tx -> tx.sql("SELECT says_shutdown()").one())
                        .block(SOON))
                .isInstanceOfSatisfying(DatabaseException.class, error -> {
                    assertThat(error.sqlState()).isEqualTo(sqlState);
                    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
                });
        Mono<Integer> goesOn = db.inTransaction(tx -> tx.savepoint(
                        inner -> inner.sql("SELECT says_shutdown()").update())
                .onErrorComplete()
                .then(tx.sql("SELECT 7")
                        .map(row -> row.require(0, Integer.class))
                        .one()));
        if (DriverUnderTest.takesForTheEndOfItsConnection(sqlState)) {
            assertThatThrownBy(() -> goesOn.block(SOON))
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            lost -> assertThat(lost.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
        } else {
            assertThat(goesOn.block(SOON)).isEqualTo(7);
        }
    }

    private void says(String sqlState) {
        route.node().execute("""
                CREATE OR REPLACE FUNCTION says_shutdown() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'remote' USING ERRCODE = '%s'; END $$""".formatted(sqlState));
    }
}
