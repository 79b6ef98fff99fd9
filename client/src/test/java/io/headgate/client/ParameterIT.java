package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values for which Vert.x has no form, or one that loses something. */
@ParameterizedClass
@EnumSource(Route.class)
class ParameterIT {

    private final Route route;
    private Headgate db;

    ParameterIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @ParameterizedTest
    @CsvSource({
        "int2",
        "int8",
        "float8",
        "numeric",
        "text",
        "bool",
        "uuid",
        "date",
        "timestamptz",
        "bytea",
        "interval",
        "json"
    })
    void sendsAnEmptyListAndNullsAsAnyArray(String type) {
        boolean changed = type.equals("interval") || type.equals("json");
        if (changed && !DriverUnderTest.carriesEveryType()) {
            assertThatThrownBy(() -> text("SELECT $1::" + type + "[]::text", List.of()))
                    .hasMessageContaining("$1::text::" + type + "[]");
            return;
        }
        assertThat(text("SELECT $1::" + type + "[]::text", List.of())).isEqualTo("{}");
        if (type.equals("numeric") && !DriverUnderTest.carriesEveryType()) {
            assertThatThrownBy(() -> text("SELECT $1::numeric[]::text", Arrays.asList(null, null)))
                    .hasMessageContaining("no NULL in a numeric[]");
            return;
        }
        assertThat(text("SELECT $1::" + type + "[]::text", Arrays.asList(null, null)))
                .isEqualTo("{NULL,NULL}");
    }

    @Test
    void sendsTextsWithAnyCharactersAsAnArrayOfATypeVertxDoesNotKnow() {
        route.node().execute("DROP TYPE IF EXISTS odd");
        route.node().execute("CREATE TYPE odd AS ENUM ('a,b', 'c\"d', 'e\\f', 'NULL')");
        assertThat(text(
                        "SELECT array_to_string($1::odd[], '|', '-')",
                        Arrays.asList("a,b", "c\"d", "e\\f", null, "NULL")))
                .isEqualTo("a,b|c\"d|e\\f|-|NULL");
        if (DriverUnderTest.carriesEveryType()) {
            assertThat(text("SELECT $1::numeric[]::text", Arrays.asList(new BigDecimal("1.50"), null)))
                    .isEqualTo("{1.50,NULL}");
        }
    }

    @Test
    void keepsTheMonthsDaysAndHoursOfAnInterval() {
        assumeThat(DriverUnderTest.carriesEveryType())
                .as("TypesIT sees that an interval is refused")
                .isTrue();
        for (Interval interval : List.of(
                new Interval(0, 45, 0),
                new Interval(-14, 3, -90_000_000_001L),
                new Interval(0, 0, Duration.ofHours(25).toNanos() / 1_000))) {
            assertThat(db.sql("SELECT $1::interval")
                            .bind(interval)
                            .map(row -> row.require(0, Interval.class))
                            .one()
                            .block())
                    .isEqualTo(interval);
        }
        assertThat(text("SELECT $1::interval::text", new Interval(0, 45, 0))).isEqualTo("45 days");
        assertThat(text("SELECT $1::interval[]::text", List.of(Duration.ofHours(25))))
                .isEqualTo("{25:00:00}");
    }

    private String text(String sql, Object value) {
        return db.sql(sql)
                .bind(value)
                .map(row -> row.require(0, String.class))
                .one()
                .block();
    }
}
