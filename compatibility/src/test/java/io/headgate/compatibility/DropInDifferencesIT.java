package io.headgate.compatibility;

import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Date;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** What R2DBC PostgreSQL answers and Headgate does not, or answers otherwise; each names what is missing. */
@EveryHeadgateTarget
class DropInDifferencesIT extends DropInTest {

    DropInDifferencesIT(Target target) {
        super(target);
    }

    private void readAlike(String expression, Class<?>... types) {
        for (Class<?> type : types) {
            answersAlike("SELECT " + expression, null, row -> row.get(0, type));
        }
    }

    private void boundAlike(String expression, Object value) {
        answersAlike("SELECT " + expression, value, row -> row.get(0));
    }

    @Test
    void arraysOfSeveralDimensions() {
        readAlike("'{{1,2},{3,4}}'::int[]", Object.class);
    }

    @Test
    void textForParametersOfOtherTypes() {
        boundAlike("$1::int", "5");
        boundAlike("$1::numeric", "5.5");
        boundAlike("$1::date", "2024-02-29");
        boundAlike("$1::boolean", "true");
    }

    @Test
    void textForArrays() {
        boundAlike("$1::int[]", "{1,2}");
        boundAlike("$1::text[]", "{a,b}");
    }

    @Test
    @Disabled("a parameter takes its type from the statement alone, which is text where nothing tells")
    void numbersWhereNothingTellsTheType() {
        boundAlike("$1", 5);
        boundAlike("$1::text", 5);
        boundAlike("$1 + $1", 5);
    }

    @Test
    void jsonAsTheOtherDriversClass() {
        boundAlike("$1::jsonb::text", Json.of("{\"a\": 1}"));
        readAlike("'{\"a\": 1}'::jsonb", Json.class);
        readAlike("'{\"a\": 1}'::json", Json.class);
    }

    @Test
    void jsonAsBytes() {
        readAlike("'{\"a\": 1}'::jsonb", byte[].class, ByteBuffer.class);
        readAlike("'{\"a\": 1}'::json", byte[].class);
    }

    @Test
    void intervalsAsTheOtherDriversClass() {
        boundAlike("$1::interval::text", Interval.of(Period.ofDays(3)));
        readAlike("'1 day'::interval", Interval.class);
    }

    @Test
    @Disabled("the default types are Headgate's own: text and its own Interval")
    void defaultTypesOfJsonIntervalInetPointAndOid() {
        readAlike("'{\"a\": 1}'::jsonb", Object.class);
        readAlike("'1 day'::interval", Object.class);
        readAlike("'10.0.0.1'::inet", Object.class);
        readAlike("'(1,2)'::point", Object.class);
        readAlike("1::oid", Object.class);
    }

    @Test
    @Disabled("one kind of date or time is not read as another")
    void timesAsOtherTimes() {
        readAlike("'2024-02-29'::date", LocalDateTime.class, Instant.class, Date.class);
        readAlike("'2024-02-29 12:34'::timestamp", LocalDate.class, Instant.class, Date.class);
        readAlike("'2024-02-29 12:34Z'::timestamptz", LocalDate.class, Date.class);
    }

    @Test
    @Disabled("text is Java's, or refused, instead of PostgreSQL's")
    void valuesAsText() {
        readAlike("true", String.class);
        readAlike("2.0::float8", String.class, BigDecimal.class);
        readAlike("'2024-02-29 12:34'::timestamp", String.class);
        readAlike("'2024-02-29 12:34Z'::timestamptz", String.class);
        readAlike("'1 day'::interval", String.class);
        readAlike("'\\x00ff'::bytea", String.class);
        readAlike("'{1,2}'::int[]", String.class);
    }

    @Test
    void addresses() {
        readAlike("'10.0.0.1'::inet", InetAddress.class);
    }
}
