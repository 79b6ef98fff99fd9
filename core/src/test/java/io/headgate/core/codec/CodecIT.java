package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/**
 * Compares the codec with a server: each type's send function returns its binary form, a cast its text. {@code
 * -Dheadgate.test.seed} and {@code -Dheadgate.test.long=true} test more values.
 */
class CodecIT {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int VALUES = Boolean.getBoolean("headgate.test.long") ? 100_000 : 2_000;
    private static final int AT_ONCE = 100;

    private static PostgresCluster cluster;
    private static Connection connection;

    @BeforeAll
    static void start() throws SQLException {
        cluster = PostgresCluster.builder()
                .version(System.getProperty("headgate.test.postgres", "18"))
                .start();
        connection = DriverManager.getConnection(cluster.primary().jdbcUrl());
        execute("SET TimeZone = 'Asia/Kolkata'");
        execute("SET bytea_output = 'hex'");
        execute("CREATE EXTENSION IF NOT EXISTS hstore");
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        cluster.close();
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A value in both formats, and as text at offset zero. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Wire(byte[] binary, String text, String utc) {}

    /** The server's forms of texts of a type. */
    private static List<Wire> wire(String type, String send, List<String> texts) throws SQLException {
        List<Wire> wires = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += AT_ONCE) {
            List<String> some = texts.subList(from, Math.min(texts.size(), from + AT_ONCE));
            String values = some.stream()
                    .map(text -> "(E'" + text.replace("\\", "\\\\").replace("'", "''") + "'::" + type + ")")
                    .reduce((a, b) -> a + "," + b)
                    .orElseThrow();
            String query = "SELECT " + send + "(v), v::text FROM (VALUES " + values + ") t(v)";
            execute("SET TimeZone = 'Asia/Kolkata'");
            List<Wire> local = read(query);
            execute("SET TimeZone = 'UTC'");
            List<Wire> utc = read(query);
            for (int i = 0; i < local.size(); i++) {
                wires.add(new Wire(
                        local.get(i).binary(), local.get(i).text(), utc.get(i).text()));
            }
        }
        assertThat(wires).hasSameSizeAs(texts);
        return wires;
    }

    private static List<Wire> read(String query) throws SQLException {
        List<Wire> wires = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                wires.add(new Wire(rows.getBytes(1), rows.getString(2), rows.getString(2)));
            }
        }
        return wires;
    }

    private record Type(int id, String name, String send) {
        int arrayId() {
            return BuiltInTypes.arrayOf(id);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Type> types() {
        return List.of(
                new Type(TypeIds.BOOL, "bool", "boolsend"),
                new Type(TypeIds.INT2, "int2", "int2send"),
                new Type(TypeIds.INT4, "int4", "int4send"),
                new Type(TypeIds.INT8, "int8", "int8send"),
                new Type(TypeIds.FLOAT4, "float4", "float4send"),
                new Type(TypeIds.FLOAT8, "float8", "float8send"),
                new Type(TypeIds.NUMERIC, "numeric", "numeric_send"),
                new Type(TypeIds.UUID, "uuid", "uuid_send"),
                new Type(TypeIds.BYTEA, "bytea", "byteasend"),
                new Type(BuiltInTypes.TEXT, "text", "textsend"),
                new Type(BuiltInTypes.VARCHAR, "varchar", "varcharsend"),
                new Type(TypeIds.DATE, "date", "date_send"),
                new Type(TypeIds.TIME, "time", "time_send"),
                new Type(TypeIds.TIMETZ, "timetz", "timetz_send"),
                new Type(TypeIds.TIMESTAMP, "timestamp", "timestamp_send"),
                new Type(TypeIds.TIMESTAMPTZ, "timestamptz", "timestamptz_send"),
                new Type(TypeIds.INTERVAL, "interval", "interval_send"));
    }

    private static byte[] encode(Object value, int typeId) {
        HeapSink sink = new HeapSink();
        ValueEncoder.encode(value, typeId, sink);
        return sink.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Object decode(int typeId, boolean binary, byte[] bytes) {
        return ValueDecoder.decode(typeId, binary, bytes, 0, bytes.length);
    }

    private static String text(int typeId, boolean binary, byte[] bytes) {
        return ValueDecoder.text(typeId, binary, bytes, 0, bytes.length);
    }

    /** Before PostgreSQL 17 the largest intervals could be stored, but neither written nor read as text. */
    private static boolean isWritable(Object value) throws SQLException {
        return !(value instanceof Interval interval)
                || connection.getMetaData().getDatabaseMajorVersion() >= 17
                || (Math.abs(interval.months() / 1_000_000) == 0
                        && Math.abs(interval.days() / 1_000_000) == 0
                        && Math.abs(interval.microseconds() / 1_000_000_000_000_000L) == 0);
    }

    @ParameterizedTest
    @MethodSource("types")
    void singleValuesAreWhatTheServerHasInEitherFormat(Type type) throws SQLException {
        Random random = new Random(SEED + type.id());
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int count = type.id() == TypeIds.NUMERIC ? VALUES / 4 : VALUES;
        for (int i = 0; i < count; i++) {
            Object value = RandomValues.BY_TYPE.get(type.id()).apply(random);
            if (isWritable(value)) {
                values.add(value);
                texts.add(ValueWriters.of(value).text(value));
            }
        }
        List<Wire> wires = wire(type.name(), type.send(), texts);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            Wire wire = wires.get(i);
            assertThat(ValueEncoder.fits(value, type.id())).as("%s", value).isTrue();
            if (ValueEncoder.writesBinary(value, type.id())) {
                assertThat(encode(value, type.id()))
                        .as("%s to %s", value, texts.get(i))
                        .isEqualTo(wire.binary());
            }
            assertThat(decode(type.id(), true, wire.binary())).as(wire.text()).isEqualTo(value);
            assertThat(decode(type.id(), false, utf8(outText(type, wire.text()))))
                    .isEqualTo(value);
            assertThat(text(type.id(), true, wire.binary())).isEqualTo(wire.utc());
            assertThat(text(type.id(), false, utf8(outText(type, wire.text())))).isEqualTo(wire.utc());
        }
    }

    /** A cast writes booleans in full, the output function does not. */
    private static String outText(Type type, String text) {
        return type.id() == TypeIds.BOOL ? text.substring(0, 1) : text;
    }

    @ParameterizedTest
    @MethodSource("types")
    void arraysAreWhatTheServerHasInEitherFormat(Type type) throws SQLException {
        Random random = new Random(SEED + type.id());
        List<Object[]> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < VALUES / 20; i++) {
            Object[] array = JavaTypes.newArray(type.id(), random.nextInt(6));
            for (int j = 0; j < array.length; j++) {
                Object value = RandomValues.BY_TYPE.get(type.id()).apply(random);
                array[j] = random.nextInt(5) == 0 || !isWritable(value) ? null : value;
            }
            values.add(JavaTypes.finished(array));
            texts.add(ValueWriters.of(array).text(array));
        }
        List<Wire> wires = wire(type.name() + "[]", "array_send", texts);
        for (int i = 0; i < values.size(); i++) {
            Object[] value = values.get(i);
            Wire wire = wires.get(i);
            assertThat(encode(value, type.arrayId())).as(texts.get(i)).isEqualTo(wire.binary());
            assertThat(decode(type.arrayId(), true, wire.binary()))
                    .isEqualTo(value)
                    .hasSameClassAs(value);
            assertThat(decode(type.arrayId(), false, utf8(wire.text())))
                    .isEqualTo(value)
                    .hasSameClassAs(value);
            assertThat(text(type.arrayId(), true, wire.binary())).isEqualTo(wire.utc());
            assertThat(text(type.arrayId(), false, utf8(wire.text()))).isEqualTo(wire.utc());
        }
    }

    @Test
    void arraysWithBoundsAndOfSeveralDimensions() throws SQLException {
        for (String literal : List.of("[2:3]={1,NULL}", "[0:0]={7}", "[-2:-1]={1,2}")) {
            Wire wire = wire("int4[]", "array_send", List.of(literal)).get(0);
            assertThat(text(TypeIds.INT4_ARRAY, true, wire.binary()))
                    .isEqualTo(literal)
                    .isEqualTo(wire.text());
            assertThat(decode(TypeIds.INT4_ARRAY, true, wire.binary()))
                    .isEqualTo(decode(TypeIds.INT4_ARRAY, false, utf8(wire.text())));
        }
        for (String literal : List.of("{{1,2},{3,NULL}}", "[1:1][-1:0]={{5,6}}", "{{{1},{2}},{{3},{4}}}")) {
            Wire wire = wire("int4[]", "array_send", List.of(literal)).get(0);
            assertThat(decode(TypeIds.INT4_ARRAY, true, wire.binary()))
                    .isEqualTo(wire.text())
                    .isEqualTo(literal);
            assertThat(decode(TypeIds.INT4_ARRAY, false, utf8(wire.text()))).isEqualTo(literal);
        }
        Wire times = wire("timestamptz[]", "array_send", List.of("{{\"2026-01-01 00:00+00\"},{infinity}}"))
                .get(0);
        assertThat(text(TypeIds.TIMESTAMPTZ_ARRAY, true, times.binary())).isEqualTo(times.utc());
        assertThat(text(TypeIds.TIMESTAMPTZ_ARRAY, false, utf8(times.text()))).isEqualTo(times.utc());
        assertThat(wire(
                                "int4[]",
                                "array_send",
                                List.of(ValueWriters.of(new int[0][0]).text(new int[][] {{1, 2}, {3, 4}})))
                        .get(0)
                        .text())
                .isEqualTo("{{1,2},{3,4}}");
    }

    @ParameterizedTest
    @CsvSource({"time,1083,24:00:00", "timetz,1266,24:00:00-03", "timetz,1266,24:00:00+05:30"})
    void midnightAtTheEndOfADayIsATextAndAnErrorOtherwise(String type, int typeId, String literal) throws SQLException {
        Wire wire = wire(type, type + "_send", List.of(literal)).get(0);
        assertThat(text(typeId, true, wire.binary())).isEqualTo(literal).isEqualTo(wire.text());
        for (boolean binary : new boolean[] {true, false}) {
            byte[] bytes = binary ? wire.binary() : utf8(wire.text());
            assertThatThrownBy(() -> decode(typeId, binary, bytes))
                    .isInstanceOf(RowMappingException.class)
                    .hasMessageContaining(literal)
                    .hasMessageContaining("read it as String");
        }
    }

    @Test
    void nanosecondsAreRoundedAsTheServerRounds() throws SQLException {
        Random random = new Random(SEED);
        List<LocalDateTime> times = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            int nanos = i % 2 == 0 ? random.nextInt(1_000_000_000) : random.nextInt(1_000_000) * 1_000 + 500;
            times.add(DateTimeBinary.timestamp(random.nextLong() >> 16).withNano(nanos));
            texts.add(ValueWriters.of(times.get(i)).text(times.get(i)));
        }
        List<Wire> wires = wire("timestamp", "timestamp_send", texts);
        for (int i = 0; i < times.size(); i++) {
            assertThat(encode(times.get(i), TypeIds.TIMESTAMP))
                    .as(texts.get(i))
                    .isEqualTo(wires.get(i).binary());
        }
        List<Duration> spans = new ArrayList<>();
        texts.clear();
        for (int i = 0; i < VALUES; i++) {
            int nanos = random.nextInt(2_000_000_000) - 1_000_000_000;
            if (Math.abs(nanos) % 1_000 == 500) {
                // since PostgreSQL 15 a half is rounded down; before, the binary fraction decided
                nanos += connection.getMetaData().getDatabaseMajorVersion() < 15 ? 1 : 0;
            }
            spans.add(Duration.ofNanos(nanos));
            texts.add(new BigDecimal(nanos).movePointLeft(9).toPlainString() + " seconds");
        }
        wires = wire("interval", "interval_send", texts);
        for (int i = 0; i < spans.size(); i++) {
            assertThat(encode(spans.get(i), TypeIds.INTERVAL))
                    .as(texts.get(i))
                    .isEqualTo(wires.get(i).binary());
        }
    }

    @Test
    void otherTypesWithABinaryFormAreTheirText() throws SQLException {
        record Case(String type, int id, String send, String literal) {}
        for (Case one : List.of(
                new Case("jsonb", TypeIds.JSONB, "jsonb_send", "{\"a\": [1, null]}"),
                new Case("json", BuiltInTypes.JSON, "json_send", "{\"a\":1}"),
                new Case("oid", BuiltInTypes.OID, "oidsend", "4294967295"),
                new Case("name", BuiltInTypes.NAME, "namesend", "pg_class"),
                new Case("bpchar", BuiltInTypes.BPCHAR, "bpcharsend", "ab"))) {
            Wire wire = wire(one.type(), one.send(), List.of(one.literal())).get(0);
            assertThat(decode(one.id(), true, wire.binary())).isEqualTo(one.literal());
            assertThat(decode(one.id(), false, utf8(wire.text()))).isEqualTo(one.literal());
            Wire array = wire(
                            one.type() + "[]",
                            "array_send",
                            List.of("{\"" + one.literal().replace("\"", "\\\"") + "\"}"))
                    .get(0);
            int arrayId = BuiltInTypes.arrayOf(one.id());
            assertThat(text(arrayId, true, array.binary())).isEqualTo(array.text());
            assertThat(decode(arrayId, true, array.binary())).isEqualTo(decode(arrayId, false, utf8(array.text())));
        }
        assertThat(ByteaText.decode("\\x00")).containsExactly(0);
    }

    /** Values sent as text, because only the server can parse them for the type. */
    @ParameterizedTest
    @MethodSource("textForms")
    void theServerReadsTextForms(Object value, String type, String expected) throws SQLException {
        execute("SET TimeZone = 'Asia/Kolkata'");
        try (PreparedStatement statement = connection.prepareStatement("SELECT (?::text)::" + type + "::text")) {
            statement.setString(1, ValueWriters.of(value).text(value));
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(expected);
            }
        }
    }

    static List<Arguments> textForms() {
        LocalDateTime time = LocalDateTime.of(2026, 11, 28, 13, 14, 15, 123_456_789);
        return List.of(
                Arguments.of(time, "timestamptz", "2026-11-28 13:14:15.123457+05:30"),
                Arguments.of(time.toLocalDate(), "timestamptz", "2026-11-28 00:00:00+05:30"),
                Arguments.of(LocalDate.of(-43, 3, 15), "timestamptz", "0044-03-15 00:00:00+05:53:28 BC"),
                Arguments.of(LocalDate.of(12_000, 3, 15), "timestamp", "12000-03-15 00:00:00"),
                Arguments.of(time.toLocalTime(), "timetz", "13:14:15.123457+05:30"),
                Arguments.of(Instant.EPOCH, "timestamptz", "1970-01-01 05:30:00+05:30"),
                Arguments.of(
                        OffsetDateTime.parse("-0043-03-15T10:00:00.5+05:53:28"),
                        "timestamptz",
                        "0044-03-15 10:00:00.5+05:53:28 BC"),
                Arguments.of(OffsetTime.parse("10:00-03:30"), "timetz", "10:00:00-03:30"),
                Arguments.of(new String[] {"2026-11-28", null, "infinity"}, "date[]", "{2026-11-28,NULL,infinity}"),
                Arguments.of(
                        List.of("0A0B0C0D00000000000000000000000F"),
                        "uuid[]",
                        "{0a0b0c0d-0000-0000-0000-00000000000f}"),
                Arguments.of(List.of(List.of(1, 2), List.of("3", 4L)), "int8[]", "{{1,2},{3,4}}"),
                Arguments.of(List.of(time), "date[]", "{2026-11-28}"),
                Arguments.of(new byte[][] {{0, -1}, {}}, "bytea[]", "{\"\\\\x00ff\",\"\\\\x\"}"),
                Arguments.of(
                        List.of(Json.of("{\"a\": \"x\\\"y\"}")), "jsonb[]", "{\"{\\\"a\\\": \\\"x\\\\\\\"y\\\"}\"}"),
                Arguments.of(42, "money", "$42.00"),
                Arguments.of(1e300, "float8", "1e+300"),
                Arguments.of(new BigDecimal("1E+5"), "numeric", "100000"),
                Arguments.of(Duration.ofMillis(-1_500), "interval", "-00:00:01.5"),
                Arguments.of(Period.of(1, -2, 3), "interval", "10 mons 3 days"),
                Arguments.of(Map.of("a \"b\\", "c"), "hstore", "\"a \\\"b\\\\\"=>\"c\""));
    }

    /** The type's receive function reads the binary values, as it does for parameters. */
    @ParameterizedTest
    @MethodSource("types")
    void theServerReadsWhatIsWritten(Type type) throws SQLException, IOException {
        Random random = new Random(SEED - type.id());
        List<Object> values = new ArrayList<>();
        HeapSink copy = new HeapSink();
        byte[] signature = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', -1, '\r', '\n', 0};
        copy.writeBytes(signature, 0, signature.length);
        copy.writeLong(0);
        for (int i = 0; i < VALUES / 10; i++) {
            Object value = RandomValues.BY_TYPE.get(type.id()).apply(random);
            if (!isWritable(value)) {
                continue;
            }
            Object[] array = JavaTypes.newArray(type.id(), 2);
            array[0] = value;
            values.add(value);
            copy.writeShort(3);
            copy.writeInt(Integer.BYTES);
            copy.writeInt(i);
            for (byte[] bytes : List.of(encode(value, type.id()), encode(array, type.arrayId()))) {
                copy.writeInt(bytes.length);
                copy.writeBytes(bytes, 0, bytes.length);
            }
        }
        copy.writeShort(-1);
        execute("CREATE TEMP TABLE received (n int, v " + type.name() + ", a " + type.name() + "[])");
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY received FROM STDIN BINARY", new ByteArrayInputStream(copy.toByteArray()));
        List<Wire> single = read("SELECT " + type.send() + "(v), v::text FROM received ORDER BY n");
        List<Wire> arrays = read("SELECT array_send(a), a::text FROM received ORDER BY n");
        execute("DROP TABLE received");
        for (int i = 0; i < values.size(); i++) {
            assertThat(decode(type.id(), true, single.get(i).binary())).isEqualTo(values.get(i));
            assertThat(Array.get(decode(type.arrayId(), true, arrays.get(i).binary()), 0))
                    .isEqualTo(values.get(i));
        }
    }

    /** Compares the server's catalog with the codec's tables. */
    @Test
    void arrayTypesAreThoseOfTheCatalog() throws SQLException {
        int seen = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT oid::int, typelem::int, format_type(typelem, NULL) FROM"
                        + " pg_type WHERE typcategory = 'A' AND oid < 10000")) {
            while (rows.next()) {
                int arrayId = rows.getInt(1);
                if (BuiltInTypes.elementOf(arrayId) >= 0) {
                    seen++;
                    assertThat(BuiltInTypes.elementOf(arrayId)).isEqualTo(rows.getInt(2));
                    assertThat(BuiltInTypes.arrayOf(rows.getInt(2))).isEqualTo(arrayId);
                }
            }
        }
        assertThat(seen).isEqualTo(27);
    }
}
