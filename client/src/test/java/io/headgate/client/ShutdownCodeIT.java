package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.HeadgateException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An ERROR of SQLSTATE 57P01, as postgres_fdw passes it on from a remote server that is shut down. */
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
        route.node().execute("""
                CREATE OR REPLACE FUNCTION says_shutdown() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'remote' USING ERRCODE = '57P01'; END $$""");
        db = DriverUnderTest.client().node(route.url()).build();
        db.sql("SELECT 1").update().block();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @OpenFault("on the Vert.x driver an ERROR of SQLSTATE 57P01 that does not end the connection ends no call")
    @Test
    void endsTheCallersWait() {
        assertThatThrownBy(() -> db.sql("SELECT says_shutdown()").one().block(SOON))
                .isInstanceOf(HeadgateException.class);
        assertThatThrownBy(() -> db.inTransaction(
                                tx -> tx.sql("SELECT says_shutdown()").one())
                        .block(SOON))
                .isInstanceOf(HeadgateException.class);
    }
}
