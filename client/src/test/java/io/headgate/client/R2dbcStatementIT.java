package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.type.Interval;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Statements, results, rows and metadata of the R2DBC interface, beyond what its test kit looks at. */
@EveryRoute
class R2dbcStatementIT {

    private final Route route;
    private Headgate db;
    private Connection connection;

    R2dbcStatementIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS song");
        route.node()
                .execute(
                        "CREATE TABLE song (id serial PRIMARY KEY, title varchar(40) NOT NULL UNIQUE, price numeric(10,2))");
        route.node().execute("GRANT ALL ON song, song_id_seq TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
        connection = db.connectionFactory().create().block();
    }

    @AfterEach
    void close() {
        Mono.from(connection.close()).block();
        Awaitility.await()
                .untilAsserted(() -> assertThat(db.poolState().leased()).isZero());
        db.close().block();
    }

    private <T> T value(Statement statement, Class<T> type) {
        return Flux.from(statement.execute())
                .flatMap(result -> result.map((row, metadata) -> Optional.ofNullable(row.get(0, type))))
                .blockLast()
                .orElse(null);
    }

    private List<Object> firstColumn(String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0)))
                .collectList()
                .block();
    }

    private static long updated(Flux<? extends Result> results) {
        return results.flatMap(Result::getRowsUpdated).reduce(0L, Long::sum).block();
    }

    @Test
    void bindsByIndexAndByName() {
        Statement statement = connection.createStatement("SELECT $1::text || $2::text || $1::text");
        assertThat(value(statement.bind(0, "a").bind("$2", "b"), String.class)).isEqualTo("aba");
        assertThat(value(statement.bind("$1", "c"), String.class))
                .as("a statement may be run again with another value")
                .isEqualTo("cbc");
        assertThat(value(connection.createStatement("SELECT $1::int").bindNull(0, Integer.class), Integer.class))
                .isNull();
        assertThat(value(
                        connection
                                .createStatement("SELECT $1::int + $2::int")
                                .bind(0, Parameters.in(R2dbcType.INTEGER, 2))
                                .bind(1, Parameters.in(3)),
                        Long.class))
                .isEqualTo(5L);
    }

    @Test
    void saysWhatIsWrongWithABinding() {
        Statement statement = connection.createStatement("SELECT $1::int, $2::int");
        assertThatThrownBy(() -> statement.bind(2, 1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("index 2")
                .hasMessageContaining("has 2");
        assertThatThrownBy(() -> statement.bind("$3", 1))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("\"$3\"")
                .hasMessageContaining("$1 to $2");
        assertThatThrownBy(() -> statement.bind("name", 1)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> statement.bind(0, 1).execute())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("$2 has no value");
        assertThatThrownBy(() -> connection.createStatement("SELECT $1; SELECT 2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 statements");
    }

    @Test
    void runsEachSetOfParametersAllOrNothing() {
        Statement insert = connection.createStatement("INSERT INTO song (title) VALUES ($1)");
        List<Long> counts = Flux.from(insert.bind(0, "a")
                        .add()
                        .bind(0, "b")
                        .add()
                        .bind(0, "c")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .collectList()
                .block();
        assertThat(counts).containsExactly(1L, 1L, 1L);

        Statement second = connection.createStatement("INSERT INTO song (title) VALUES ($1)");
        StepVerifier.create(second.bind(0, "d").add().bind(0, "a").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("23505")));
        assertThat(firstColumn("SELECT title FROM song ORDER BY 1")).containsExactly("a", "b", "c");
    }

    @Test
    void givesEachSetItsGeneratedValues() {
        List<List<Object>> ids = Flux.from(connection
                        .createStatement("INSERT INTO song (title) VALUES ($1)")
                        .returnGeneratedValues("id", "title")
                        .bind(0, "x")
                        .add()
                        .bind(0, "y")
                        .execute())
                .concatMap(result -> Flux.from(result.map((row, metadata) -> row.get("title")))
                        .collectList())
                .collectList()
                .block();
        assertThat(ids).containsExactly(List.of("x"), List.of("y"));
        assertThat(Flux.from(connection
                                .createStatement("UPDATE song SET price = 1.50 WHERE title = 'x'; -- the first")
                                .returnGeneratedValues()
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get("price", BigDecimal.class)))
                        .blockLast())
                .isEqualTo("1.50");
        assertThatThrownBy(() -> connection.createStatement("SELECT 1").returnGeneratedValues("id"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SELECT");
        assertThatThrownBy(() -> connection
                        .createStatement("DELETE FROM song RETURNING id")
                        .returnGeneratedValues("id"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("RETURNING clause already");
    }

    @Test
    void runsABatchInOneTransaction() {
        List<Long> counts = Flux.from(connection
                        .createBatch()
                        .add("INSERT INTO song (title) VALUES ('a')")
                        .add("INSERT INTO song (title) VALUES ('b'), ('c')")
                        .add("DELETE FROM song WHERE title < 'c'; SELECT 1")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .collectList()
                .block();
        assertThat(counts).containsExactly(1L, 2L, 2L, 1L);
        StepVerifier.create(Flux.from(connection
                                .createBatch()
                                .add("INSERT INTO song (title) VALUES ('d')")
                                .add("INSERT INTO song (title) VALUES ('c')")
                                .execute())
                        .flatMap(Result::getRowsUpdated))
                .thenConsumeWhile(count -> true)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(firstColumn("SELECT title FROM song")).containsExactly("c");
        assertThatThrownBy(() -> connection.createBatch().execute()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createBatch().add("SELECT $1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameters");
    }

    @Test
    void consumesAResultOnce() {
        Result result = Mono.from(connection
                        .createStatement("SELECT n FROM generate_series(1, 3) n")
                        .execute())
                .block();
        Result even = result.filter(segment ->
                segment instanceof Result.RowSegment row && row.row().get(0, Integer.class) % 2 == 0);
        assertThat(Flux.from(even.map((row, metadata) -> row.get(0, Integer.class)))
                        .collectList()
                        .block())
                .containsExactly(2);
        StepVerifier.create(result.getRowsUpdated())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("consumed"));
    }

    @Test
    void givesSegmentsInOrder() {
        List<String> segments = Flux.from(connection
                        .createStatement("SELECT n FROM generate_series(1, 2) n")
                        .execute())
                .flatMap(result -> result.flatMap(segment -> Mono.just(
                        segment instanceof Result.RowSegment row
                                ? "row " + row.row().get(0)
                                : "count " + ((Result.UpdateCount) segment).value())))
                .collectList()
                .block();
        assertThat(segments).containsExactly("row 1", "row 2", "count 2");
    }

    @Test
    void fetchesNoMoreThanIsAskedFor() {
        AtomicInteger mapped = new AtomicInteger();
        Flux<Integer> rows = Flux.from(connection
                        .createStatement("SELECT n FROM generate_series(1, 1000000) n")
                        .fetchSize(10)
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> {
                    mapped.incrementAndGet();
                    return row.get(0, Integer.class);
                }));
        StepVerifier.create(rows, 3)
                .expectNext(1, 2, 3)
                .thenRequest(2)
                .expectNext(4, 5)
                .thenCancel()
                .verify();
        assertThat(mapped.get()).isLessThan(1_000);
        Awaitility.await()
                .untilAsserted(() -> assertThat(db.poolState().leased()).isZero());
    }

    @Test
    void aFetchSizeLeavesAWritingQueryAsItIs() {
        Statement insert = connection
                .createStatement("INSERT INTO song (title) SELECT 't' || n FROM generate_series(1, 30) n RETURNING id")
                .fetchSize(10);
        assertThat(Flux.from(insert.execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0)))
                        .count()
                        .block())
                .isEqualTo(30);
        assertThat(Flux.from(connection
                                .createStatement("SELECT nextval('song_id_seq') FROM generate_series(1, 30)")
                                .fetchSize(10)
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0)))
                        .count()
                        .block())
                .as("a query whose function writes")
                .isEqualTo(30);
    }

    @Test
    void readsAndWritesTheTypesOfAnEntity() {
        UUID uuid = UUID.randomUUID();
        Instant now = Instant.parse("2026-11-21T10:15:30.123456Z");
        boolean all = DriverUnderTest.carriesEveryType();
        Flux.from(connection
                        .createStatement("SELECT $1::uuid, $2::timestamptz, $3::date, $4::text[], "
                                + (all ? "$5::jsonb" : "$5::text::jsonb::text") + ", $6::bytea, "
                                + (all ? "$7::interval" : "$7::text::interval::text")
                                + ", $8::numeric(10,2), true, 1.5::float8, $9::text")
                        .bind(0, uuid)
                        .bind(1, now)
                        .bind(2, LocalDate.of(2026, 11, 21))
                        .bind(3, new String[] {"a", "b,c"})
                        .bind(4, "{\"a\": 1}")
                        .bind(5, ByteBuffer.wrap(new byte[] {1, 2}))
                        .bind(6, all ? java.time.Duration.ofMinutes(90) : "PT90M")
                        .bind(7, new BigDecimal("12.30"))
                        .bind(8, Clob.from(Flux.just("long ", "text")))
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> {
                    assertThat(row.get(0)).isEqualTo(uuid);
                    assertThat(row.get(1, Instant.class)).isEqualTo(now);
                    assertThat(row.get(1)).isInstanceOf(OffsetDateTime.class);
                    assertThat(row.get(2)).isEqualTo(LocalDate.of(2026, 11, 21));
                    assertThat(row.get(3, String[].class)).containsExactly("a", "b,c");
                    if (all) {
                        assertThat(row.get(4))
                                .isInstanceOfSatisfying(
                                        Json.class,
                                        json -> assertThat(json.asString()).isEqualTo("{\"a\": 1}"));
                    }
                    assertThat(row.get(4, String.class)).isEqualTo("{\"a\": 1}");
                    assertThat(row.get(5)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
                    assertThat(row.get(5, byte[].class)).containsExactly(1, 2);
                    assertThat(row.get(6)).isEqualTo(all ? Interval.of(java.time.Duration.ofMinutes(90)) : "01:30:00");
                    assertThat(row.get(7)).isEqualTo(new BigDecimal("12.30"));
                    assertThat(row.get(8, boolean.class)).isTrue();
                    assertThat(row.get(9, Float.class)).isEqualTo(1.5f);
                    assertThat(row.get(10)).isEqualTo("long text");
                    assertThatThrownBy(() -> row.get(10, LocalDate.class))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("LocalDate");
                    return row;
                }))
                .blockLast();
    }

    @Test
    void readsLargeObjectsInParts() {
        byte[] big = new byte[300_000];
        big[299_999] = 7;
        Blob blob = Blob.from(Flux.just(ByteBuffer.wrap(big, 0, 100_000), ByteBuffer.wrap(big, 100_000, 200_000)));
        Blob back = value(connection.createStatement("SELECT $1::bytea").bind(0, blob), Blob.class);
        ByteBuffer whole = Flux.from(back.stream()).blockLast();
        assertThat(whole.remaining()).isEqualTo(big.length);
        assertThat(whole.get(299_999)).isEqualTo((byte) 7);
        Clob text = value(connection.createStatement("SELECT 'é€'"), Clob.class);
        assertThat(String.join(
                        "",
                        Flux.from(text.stream())
                                .cast(String.class)
                                .collectList()
                                .block()))
                .isEqualTo("é€");
        StepVerifier.create(connection
                        .createStatement("SELECT $1::bytea")
                        .bind(0, Blob.from(Flux.error(new IllegalStateException("the source broke"))))
                        .execute())
                .verifyErrorMessage("the source broke");
    }

    @Test
    void describesColumns() {
        List<? extends ColumnMetadata> columns = Flux.from(connection
                        .createStatement("SELECT id, title, price, '{}'::json AS data, now() AS at, array[1] AS many,"
                                + " interval '1 day' AS length, 'x'::bytea AS raw FROM song WHERE false")
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas()))
                .blockLast();
        assertThat(columns).as("no row, no metadata").isNull();
        updated(Flux.from(connection
                .createStatement("INSERT INTO song (title, price) VALUES ('a', 1)")
                .execute()));
        columns = Flux.from(connection
                        .createStatement("SELECT id, title, price, '{}'::json AS data, now() AS at, array[1] AS many,"
                                + " interval '1 day' AS length, 'x'::bytea AS raw FROM song")
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas()))
                .blockLast();
        assertThat(columns)
                .extracting(column -> column.getName() + " " + column.getType().getName() + " "
                        + column.getJavaType().getSimpleName())
                .containsExactly(
                        "id int4 Integer",
                        "title varchar String",
                        "price numeric BigDecimal",
                        "data json Json",
                        "at timestamptz OffsetDateTime",
                        "many _int4 Integer[]",
                        "length interval Interval",
                        "raw bytea ByteBuffer");
        boolean told = DriverUnderTest.tellsLengthsOfColumns();
        assertThat(columns.get(1).getPrecision()).isEqualTo(told ? 40 : null);
        assertThat(columns.get(2).getPrecision()).isEqualTo(told ? 10 : null);
        assertThat(columns.get(2).getScale()).isEqualTo(told ? 2 : null);
        assertThat(columns.get(0).getPrecision()).isNull();
        assertThat(columns.get(2).getNativeTypeMetadata()).isEqualTo(1700);
    }

    @Test
    void translatesErrors() {
        assertError("SELEKT", R2dbcBadGrammarException.class, "42601");
        assertError("SELECT * FROM nowhere", R2dbcBadGrammarException.class, "42P01");
        assertError("INSERT INTO song (title) VALUES (null)", R2dbcDataIntegrityViolationException.class, "23502");
        assertError("SELECT * FROM pg_authid", R2dbcPermissionDeniedException.class, "42501");
        assertError("SELECT 1/0", R2dbcBadGrammarException.class, "22012");
        StepVerifier.create(connection.createStatement("LISTEN channel").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcPermissionDeniedException.class)
                        .hasMessageContaining("not sent"));
        StepVerifier.create(connection.createStatement("BEGIN").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcPermissionDeniedException.class)
                        .hasMessageContaining("beginTransaction"));
    }

    private void assertError(String sql, Class<? extends R2dbcException> type, String sqlState) {
        StepVerifier.create(connection.createStatement(sql).execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasCauseInstanceOf(HeadgateException.class)
                        .isInstanceOfSatisfying(
                                type, e -> assertThat(e.getSqlState()).isEqualTo(sqlState)));
    }

    @Test
    void refusesEverythingAfterItsClose() {
        Mono.from(connection.close()).block();
        Mono.from(connection.close()).block();
        StepVerifier.create(connection.createStatement("SELECT 1").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcException.class)
                        .hasMessageContaining("connection is closed"));
        StepVerifier.create(connection.beginTransaction()).verifyError(R2dbcException.class);
    }

    @Test
    void tellsWhatServerItIs() {
        assertThat(connection.getMetadata().getDatabaseProductName()).isEqualTo("PostgreSQL");
        assertThat(connection.getMetadata().getDatabaseVersion())
                .isEqualTo(route.node().queryValue("SHOW server_version"));
    }

    @Test
    void textsAreUnicode() {
        String text = new String("päivää 日本 🎵".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(value(connection.createStatement("SELECT $1::text").bind(0, text), String.class))
                .isEqualTo(text);
    }

    @Test
    void setsOfParametersAreRefusedWhereATextHoldsSeveralStatements() {
        Statement two = connection.createStatement(
                "INSERT INTO song (title) VALUES ('one'); INSERT INTO song (title) VALUES ('two')");
        assertThatThrownBy(two::add).isInstanceOf(IllegalStateException.class).hasMessageContaining("2 statements");
        assertThat(Flux.from(two.execute())
                        .flatMap(Result::getRowsUpdated)
                        .collectList()
                        .block())
                .containsExactly(1L, 1L);
    }

    @Test
    void whatAFunctionRaisesComesWithTheResultInATransactionAndOutside() {
        route.node()
                .execute(
                        "CREATE OR REPLACE FUNCTION chatty(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
                                + " FOR i IN 1..n LOOP RAISE NOTICE 'said %', i USING HINT = 'listen'; END LOOP; RETURN n; END $$");
        assertThat(segments("SELECT chatty(2)")).containsExactly("00000 said 1", "00000 said 2", "row 2", "count 1");
        Mono.from(connection.beginTransaction()).block();
        assertThat(segments("SELECT 1")).containsExactly("row 1", "count 1");
        assertThat(segments("SELECT chatty(1)")).containsExactly("00000 said 1", "row 1", "count 1");
        assertThat(segments("SELECT 3")).as("not the next one's").containsExactly("row 3", "count 1");
        assertThat(segments("DROP TABLE IF EXISTS no_such_table"))
                .first()
                .isEqualTo("00000 table \"no_such_table\" does not exist, skipping");
        assertThat(segments("SELECT chatty(1000)")).as("bounded").hasSize(102);
        assertThat(value(connection.createStatement("SELECT chatty(1)"), Integer.class))
                .as("who maps rows sees none")
                .isEqualTo(1);
        Mono.from(connection.rollbackTransaction()).block();
    }

    private List<String> segments(String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.flatMap(segment -> {
                    if (segment instanceof Result.Message message) {
                        return Mono.just(message.sqlState() + " " + message.message());
                    }
                    if (segment instanceof Result.RowSegment row) {
                        return Mono.just("row " + row.row().get(0, Integer.class));
                    }
                    return Mono.just("count " + ((Result.UpdateCount) segment).value());
                }))
                .collectList()
                .block();
    }
}
