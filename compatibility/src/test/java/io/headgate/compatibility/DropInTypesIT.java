package io.headgate.compatibility;

import io.r2dbc.postgresql.codec.Box;
import io.r2dbc.postgresql.codec.Circle;
import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.postgresql.codec.Line;
import io.r2dbc.postgresql.codec.Lseg;
import io.r2dbc.postgresql.codec.Path;
import io.r2dbc.postgresql.codec.Point;
import io.r2dbc.postgresql.codec.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values come out, and go in, as with R2DBC PostgreSQL, which answers the same questions beside it. */
@EveryHeadgateTarget
class DropInTypesIT extends DropInTest {

    private static final String ID = "a8098c1a-f86e-11da-bd1a-00112444be1e";

    DropInTypesIT(Target target) {
        super(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1::smallint",
                "1",
                "1::bigint",
                "1.50",
                "1.5::real",
                "1.5::float8",
                "'NaN'::float8",
                "'a'::text",
                "'a'::varchar(3)",
                "'a'::char(3)",
                "'a'::\"char\"",
                "'a'::name",
                "true",
                "'2024-02-29'::date",
                "'12:34:56.789'::time",
                "'12:34:56+02'::timetz",
                "'2024-02-29 12:34:56.789'::timestamp",
                "'2024-02-29 12:34:56.789+02'::timestamptz",
                "'a8098c1a-f86e-11da-bd1a-00112444be1e'::uuid",
                "'\\x00ff'::bytea",
                "NULL::int",
                "NULL::text",
                "'HAPPY'::mood",
                "'{1,2,NULL}'::int[]",
                "'{1,2}'::bigint[]",
                "'{1,2}'::smallint[]",
                "'{a,NULL,\"b c\"}'::text[]",
                "'{a}'::varchar[]",
                "'{t,f}'::boolean[]",
                "'{1.5}'::numeric[]",
                "'{1.5}'::float8[]",
                "'{a8098c1a-f86e-11da-bd1a-00112444be1e}'::uuid[]",
                "'{2024-02-29}'::date[]",
                "'{2024-02-29 12:00}'::timestamp[]",
                "'{}'::int[]",
                "'[1,5)'::int4range::text",
                "count(*)",
                "sum(1)",
                "avg(1)",
                "B'101'",
                "'$1.50'::money",
                "'a b'::tsvector",
                "ROW(1, 'a')",
                "'[1,5)'::int4range"
            })
    void comeOutWithoutATypeAsked(String expression) {
        answersAlike("SELECT " + expression, null, row -> row.get(0));
    }

    static Stream<Arguments> conversions() {
        return Map.<String, List<Class<?>>>ofEntries(
                        Map.entry(
                                "1",
                                List.of(
                                        Long.class,
                                        Short.class,
                                        Double.class,
                                        BigDecimal.class,
                                        BigInteger.class,
                                        String.class,
                                        Number.class,
                                        Object.class,
                                        int.class,
                                        Byte.class,
                                        Float.class)),
                        Map.entry("5000000000", List.of(String.class, BigDecimal.class, Double.class)),
                        Map.entry("1::smallint", List.of(Integer.class, Long.class)),
                        Map.entry("1.50", List.of(Double.class, String.class, Float.class, Number.class)),
                        Map.entry("2.0::float8", List.of(Integer.class, Float.class, Long.class)),
                        Map.entry("'12'::text", List.of(Object.class, CharSequence.class)),
                        Map.entry("true", List.of(boolean.class, Object.class)),
                        Map.entry("'2024-02-29'::date", List.of(LocalDate.class, String.class)),
                        Map.entry("'2024-02-29 12:34Z'::timestamptz", List.of(Instant.class, ZonedDateTime.class)),
                        Map.entry("'{\"a\": 1}'::jsonb", List.of(String.class)),
                        Map.entry("'{\"a\": 1}'::json", List.of(String.class)),
                        Map.entry("'a8098c1a-f86e-11da-bd1a-00112444be1e'::uuid", List.of(String.class, Object.class)),
                        Map.entry("'\\x00ff'::bytea", List.of(byte[].class, ByteBuffer.class, Object.class)),
                        Map.entry("'HAPPY'::mood", List.of(String.class, Object.class)),
                        Map.entry(
                                "'{1,2}'::int[]", List.of(Integer[].class, Long[].class, Object[].class, Object.class)),
                        Map.entry("'{a}'::text[]", List.of(String[].class, Object[].class)),
                        Map.entry("'10.0.0.1'::inet", List.of(String.class)),
                        Map.entry("1::oid", List.of(Integer.class, Long.class, String.class)),
                        Map.entry("NULL::int", List.of(Integer.class, String.class)))
                .entrySet()
                .stream()
                .flatMap(of -> of.getValue().stream().map(type -> Arguments.of(of.getKey(), type)));
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void comeOutAsTheTypeAsked(String expression, Class<?> type) {
        answersAlike("SELECT " + expression, null, row -> row.get(0, type));
    }

    @Test
    void refuseToLoseWhatTheOtherDriverDrops() {
        fails("SELECT 5000000000", null, row -> row.get(0, Integer.class));
        fails("SELECT 1.50", null, row -> row.get(0, Integer.class));
        fails("SELECT 1.50", null, row -> row.get(0, Long.class));
        fails("SELECT 1.50", null, row -> row.get(0, BigInteger.class));
    }

    /** Where the server finds no type for a parameter, it is the value's. */
    @ParameterizedTest
    @ValueSource(strings = {"$1", "$1::text", "$1 + $1"})
    void aParameterHasTheTypeOfItsValueWhereTheServerFindsNone(String expression) {
        answersAlike("SELECT " + expression, 5, row -> row.get(0));
    }

    static Stream<Arguments> bindings() {
        return Stream.of(
                Arguments.of("$1::int", 5),
                Arguments.of("$1::int", 5L),
                Arguments.of("$1::bigint", 5),
                Arguments.of("$1::numeric", 5),
                Arguments.of("$1::text", "a"),
                Arguments.of("$1", "a"),
                Arguments.of("$1 || 'x'", "a"),
                Arguments.of("$1::date", LocalDate.of(2024, 2, 29)),
                Arguments.of("$1::timestamp::text", LocalDateTime.of(2024, 2, 29, 1, 2)),
                Arguments.of("$1::timestamptz", Instant.EPOCH),
                Arguments.of("$1::timestamptz", ZonedDateTime.parse("2024-02-29T01:02:03Z")),
                Arguments.of("$1::uuid", ID),
                Arguments.of("$1::uuid", UUID.fromString(ID)),
                Arguments.of("$1::jsonb::text", "{\"a\": 1}"),
                Arguments.of("$1::mood::text", "HAPPY"),
                Arguments.of("$1::int[]", new Integer[] {1, 2}),
                Arguments.of("$1::text[]", new String[] {"a", "b"}),
                Arguments.of("$1::boolean", true),
                Arguments.of("$1::bytea", new byte[] {1}),
                Arguments.of("$1::bytea", ByteBuffer.wrap(new byte[] {1})),
                Arguments.of("$1::inet::text", "10.0.0.1"),
                Arguments.of("$1::float8", 1.5f),
                Arguments.of("$1::float8", new BigDecimal("1.5")),
                Arguments.of("$1::smallint", 5),
                Arguments.of("$1::smallint", (byte) 5),
                Arguments.of("$1::char", 'a'));
    }

    @ParameterizedTest
    @MethodSource("bindings")
    void goIn(String expression, Object value) {
        answersAlike("SELECT " + expression, value, row -> row.get(0));
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
    void jsonAsTheOtherDriversClass() {
        boundAlike("$1::jsonb::text", Json.of("{\"a\": 1}"));
        readAlike("'{\"a\": 1}'::jsonb", Json.class, Object.class);
        readAlike("'{\"a\": 1}'::json", Json.class, Object.class);
        readAlike("null::jsonb", Json.class, Object.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'{}'::json", "'{}'::jsonb", "null::jsonb"})
    void theClassThatAJsonColumnHas(String expression) {
        answersAlike(
                "SELECT " + expression,
                null,
                row -> row.getMetadata().getColumnMetadata(0).getJavaType().getSimpleName());
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

    static Stream<Arguments> geometricValues() {
        Point a = Point.of(1, -2.5);
        Point b = Point.of(1e-7, 4e20);
        return Stream.of(
                Arguments.of("point", a),
                Arguments.of("box", Box.of(a, b)),
                Arguments.of("circle", Circle.of(a, 3.25)),
                Arguments.of("line", Line.of(1, 2, 3)),
                Arguments.of("lseg", Lseg.of(a, b)),
                Arguments.of("path", Path.open(a, b, a)),
                Arguments.of("path", Path.closed(a, b, Point.of(5, 6))),
                Arguments.of("polygon", Polygon.of(a, b, Point.of(5, 6))));
    }

    @ParameterizedTest
    @MethodSource("geometricValues")
    void geometricValuesAsTheOtherDriversClasses(String type, Object value) {
        answersAlike("SELECT $1::" + type + "::text", value, row -> row.get(0));
        answersAlike("SELECT $1::" + type, value, row -> row.get(0));
        answersAlike("SELECT $1::" + type, value, row -> row.get(0, value.getClass()));
        answersAlike(
                "SELECT $1::" + type,
                value,
                row -> row.getMetadata().getColumnMetadata(0).getJavaType().getSimpleName());
    }

    /** Without its class the server could not choose the operator. */
    @Test
    void geometricValuesWhereTheServerFindsNoType() {
        answersAlike("SELECT point(1, 1) <@ $1", Box.of(0, 0, 2, 2), row -> row.get(0));
        answersAlike("SELECT $1", Point.of(1, 2), row -> row.get(0));
    }

    @Test
    void addresses() {
        readAlike("'10.0.0.1'::inet", InetAddress.class);
    }

    private void readAlike(String expression, Class<?>... types) {
        for (Class<?> type : types) {
            answersAlike("SELECT " + expression, null, row -> row.get(0, type));
        }
    }

    private void boundAlike(String expression, Object value) {
        answersAlike("SELECT " + expression, value, row -> row.get(0));
    }
}
