package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** How many rows a statement changed is what PostgreSQL says; where it says nothing, none. */
@EveryRoute
class UpdateCountIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Route route;
    private Headgate db;

    UpdateCountIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP SCHEMA IF EXISTS counts CASCADE");
        route.node().execute("CREATE SCHEMA counts");
        route.node().execute("GRANT ALL ON SCHEMA counts TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(1).build();
    }

    @AfterEach
    void close() {
        if (db != null) {
            db.close().block();
            route.node().execute("DROP SCHEMA counts CASCADE");
        }
    }

    /** In this order. */
    private static Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("CREATE TABLE counts.t (n int)", 0L);
        counts.put("INSERT INTO counts.t SELECT generate_series(1, 5)", 5L);
        counts.put("ALTER TABLE counts.t ADD m int", 0L);
        counts.put("CREATE TABLE counts.copied AS SELECT * FROM counts.t", 5L);
        counts.put("CREATE MATERIALIZED VIEW counts.v AS SELECT * FROM counts.t", 5L);
        counts.put("REFRESH MATERIALIZED VIEW counts.v", 0L);
        counts.put("CREATE INDEX ON counts.t (n)", 0L);
        counts.put("UPDATE counts.t SET m = 1 WHERE n > 3", 2L);
        counts.put("DELETE FROM counts.t WHERE n = 1", 1L);
        counts.put("SELECT * FROM counts.t", 4L);
        counts.put("DO $$ BEGIN END $$", 0L);
        counts.put("TRUNCATE counts.t", 0L);
        counts.put("COMMENT ON TABLE counts.t IS '5'", 0L);
        counts.put("DROP TABLE counts.copied", 0L);
        return counts;
    }

    @Test
    void isTheServersOwn() {
        List<String> wrong = new ArrayList<>();
        counts().forEach((sql, count) -> {
            Long heard = db.sql(sql).update().block(SOON);
            if (!count.equals(heard)) {
                wrong.add(sql + ": " + heard + ", not " + count);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void isTheServersOwnByR2dbc() {
        List<String> wrong = new ArrayList<>();
        counts().forEach((sql, count) -> {
            Long heard = FirstValue.onR2dbc(
                    db,
                    connection -> Flux.from(connection.createStatement(sql).execute())
                            .flatMap(Result::getRowsUpdated)
                            .blockLast(SOON));
            if (!count.equals(heard)) {
                wrong.add(sql + ": " + heard + ", not " + count);
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** They have rows, but the server does not count them. */
    @Test
    void isNoneForWhatTheServerTellsOfItself() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        assertThat(db.sql("EXPLAIN SELECT 1").update().block(SOON)).isZero();
        assertThat(db.sql("SHOW TimeZone").update().block(SOON)).isZero();
    }

    @Test
    void isNoneForALock() {
        route.node().execute("CREATE TABLE counts.locked (n int)");
        route.node().execute("GRANT ALL ON counts.locked TO app");
        assertThat(db.inTransaction(tx -> tx.sql("LOCK TABLE counts.locked").update())
                        .block(SOON))
                .isZero();
    }
}
