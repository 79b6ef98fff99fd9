package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several sets of parameters of a statement that counts no rows and gives some. */
@EveryRoute
class R2dbcCallSetsIT {

    private final Route route;

    R2dbcCallSetsIT(Route route) {
        this.route = route;
    }

    @Test
    void eachSetOfAnExplainGivesItsLines() {
        Headgate db = DriverUnderTest.client().node(route.url()).build();
        try {
            Connection connection = db.connectionFactory().create().block();
            assertThat(Flux.from(connection
                                    .createStatement("EXPLAIN (COSTS OFF) SELECT $1::int UNION ALL SELECT 2")
                                    .bind(0, 1)
                                    .add()
                                    .bind(0, 2)
                                    .execute())
                            .concatMap(result -> Flux.from(result.map(row -> row.get(0, String.class)))
                                    .count())
                            .collectList()
                            .block())
                    .containsExactly(3L, 3L);
            Mono.from(connection.close()).block();
        } finally {
            db.close().block();
        }
    }

    @Test
    void eachSetOfACallGivesItsRow() {
        route.node().execute("""
                CREATE OR REPLACE PROCEDURE twice(INOUT n int) LANGUAGE plpgsql AS $$ BEGIN n := n * 2; END $$""");
        Headgate db = DriverUnderTest.client().node(route.url()).build();
        try {
            Connection connection = db.connectionFactory().create().block();
            assertThat(Flux.from(connection
                                    .createStatement("CALL twice($1)")
                                    .bind(0, 1)
                                    .add()
                                    .bind(0, 2)
                                    .execute())
                            .concatMap(result -> result.map(row -> row.get(0, Integer.class)))
                            .collectList()
                            .block())
                    .containsExactly(2, 4);
            Mono.from(connection.close()).block();
        } finally {
            db.close().block();
        }
    }
}
