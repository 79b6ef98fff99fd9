package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryTarget
class DatabaseClientIT {

    private final Target target;
    private final DatabaseClient client;

    DatabaseClientIT(Target target) {
        this.target = target;
        this.client = Application.bean(target, DatabaseClient.class);
    }

    @BeforeEach
    void fill() {
        target.empty("person");
        target.node()
                .execute("INSERT INTO person (name, age, city) VALUES ('Ada', 36, 'London'), ('Bob', 20, 'Rome'),"
                        + " ('Cyd', 50, NULL)");
    }

    @Test
    void bindsByName() {
        assertThat(client.sql("SELECT name FROM person WHERE age > :age AND city = :city")
                        .bind("age", 10)
                        .bind("city", "Rome")
                        .map(row -> row.get("name", String.class))
                        .one()
                        .block())
                .isEqualTo("Bob");
    }

    @Test
    void bindsOneNameInSeveralPlaces() {
        assertThat(client.sql("SELECT name FROM person WHERE (:age < age OR age = :age) AND name <> :name ORDER BY 1")
                        .bindValues(Map.of("age", 36, "name", "Cyd"))
                        .mapValue(String.class)
                        .all()
                        .collectList()
                        .block())
                .containsExactly("Ada");
    }

    @Test
    void expandsLists() {
        assertThat(client.sql("SELECT name FROM person WHERE name IN (:names) ORDER BY name")
                        .bind("names", List.of("Ada", "Cyd", "Zoe"))
                        .mapValue(String.class)
                        .all()
                        .collectList()
                        .block())
                .containsExactly("Ada", "Cyd");
        assertThat(client.sql("SELECT name FROM person WHERE (name, age) IN (:pairs)")
                        .bind("pairs", List.of(new Object[] {"Ada", 36}, new Object[] {"Bob", 99}))
                        .mapValue(String.class)
                        .all()
                        .collectList()
                        .block())
                .containsExactly("Ada");
    }

    @Test
    void bindsByIndex() {
        assertThat(client.sql("SELECT name FROM person WHERE age = $2 AND name = $1")
                        .bind(0, "Ada")
                        .bind(1, 36)
                        .mapValue(String.class)
                        .one()
                        .block())
                .isEqualTo("Ada");
    }

    @Test
    void bindsNullAndTypedParameters() {
        assertThat(client.sql("UPDATE person SET city = :city, email = :email WHERE name = 'x'")
                        .bindNull("city", String.class)
                        .bind("email", Parameters.in(String.class))
                        .fetch()
                        .rowsUpdated()
                        .block())
                .isZero();
        assertThat(client.sql("SELECT count(*) FROM person WHERE city IS NOT DISTINCT FROM :city")
                        .bindNull("city", String.class)
                        .mapValue(Long.class)
                        .one()
                        .block())
                .isEqualTo(1);
        assertThat(client.sql("SELECT count(*) FROM person WHERE age = :age")
                        .bind("age", Parameters.in(R2dbcType.INTEGER, 20))
                        .mapValue(Long.class)
                        .one()
                        .block())
                .isEqualTo(1);
    }

    @Test
    void bindsPropertiesOfAnObject() {
        client.sql("INSERT INTO person (name, age) VALUES (:name, :age)")
                .bindProperties(new NameAndAge("Dan", 60))
                .fetch()
                .rowsUpdated()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();
        assertThat(client.sql("SELECT name, age FROM person WHERE name = 'Dan'")
                        .mapProperties(NameAndAge.class)
                        .one()
                        .block())
                .isEqualTo(new NameAndAge("Dan", 60));
    }

    record NameAndAge(String name, int age) {}

    @Test
    void castsWithColonsAreNoNames() {
        assertThat(client.sql("SELECT :age::int + 1 AS next, ':no' AS text")
                        .bind("age", 41)
                        .map((row, meta) -> row.get("next", Integer.class) + row.get("text", String.class))
                        .one()
                        .block())
                .isEqualTo("42:no");
    }

    @Test
    void readsRowsAsMaps() {
        assertThat(client.sql("SELECT * FROM person ORDER BY id")
                        .fetch()
                        .first()
                        .block())
                .containsEntry("id", 1)
                .containsEntry("NAME", "Ada")
                .containsEntry("email", null)
                .containsEntry("active", true);
        assertThat(client.sql("SELECT * FROM person").fetch().all().count().block())
                .isEqualTo(3);
        assertThat(client.sql("SELECT name FROM person WHERE age = 20")
                        .fetch()
                        .one()
                        .block())
                .containsOnly(Map.entry("name", "Bob"));
    }

    @Test
    void tellsOneFromMany() {
        client.sql("SELECT 1 FROM person WHERE false")
                .fetch()
                .one()
                .as(StepVerifier::create)
                .verifyComplete();
        client.sql("SELECT name FROM person")
                .fetch()
                .one()
                .as(StepVerifier::create)
                .verifyError(IncorrectResultSizeDataAccessException.class);
    }

    @Test
    void tellsTheColumnsOfAResult() {
        assertThat(client.sql("SELECT id, name, age::bigint AS years, now() AS at FROM person LIMIT 1")
                        .map((row, meta) -> meta.getColumnMetadatas().stream()
                                .map(column -> column.getName() + " "
                                        + column.getJavaType().getSimpleName())
                                .toList())
                        .one()
                        .block())
                .containsExactly("id Integer", "name String", "years Long", "at OffsetDateTime");
    }

    @Test
    void tellsHowManyRowsWereChanged() {
        assertThat(client.sql("UPDATE person SET age = age + 1")
                        .fetch()
                        .rowsUpdated()
                        .block())
                .isEqualTo(3);
        assertThat(client.sql("DELETE FROM person WHERE age > 1000")
                        .fetch()
                        .rowsUpdated()
                        .block())
                .isZero();
        client.sql("DELETE FROM person").then().as(StepVerifier::create).verifyComplete();
        assertThat(target.node().queryValue("SELECT count(*) FROM person")).isEqualTo("0");
    }

    @Test
    void returnsGeneratedValues() {
        assertThat(client.sql("INSERT INTO person (name, age) VALUES (:name, :age)")
                        .filter(statement -> statement.returnGeneratedValues("id", "active"))
                        .bind("name", "Dan")
                        .bind("age", 1)
                        .fetch()
                        .one()
                        .block())
                .containsOnly(Map.entry("id", 4), Map.entry("active", true));
        assertThat(client.sql("INSERT INTO person (name, age) VALUES ('Eve', 2)")
                        .filter(statement -> statement.returnGeneratedValues())
                        .map(row -> row.get("id", Integer.class))
                        .one()
                        .block())
                .isEqualTo(5);
    }

    @Test
    void fetchesPartByPart() {
        client.sql("SELECT i FROM generate_series(1, 5000) i")
                .filter(statement -> statement.fetchSize(100))
                .mapValue(Integer.class)
                .all()
                .as(StepVerifier::create)
                .expectNextCount(5000)
                .verifyComplete();
        assertThat(client.sql("SELECT generate_series(1, 100000000)")
                        .filter(statement -> statement.fetchSize(100))
                        .mapValue(Integer.class)
                        .all()
                        .take(250)
                        .count()
                        .block())
                .isEqualTo(250);
    }

    @Test
    void runsABatchOfParameterSets() {
        assertThat(client.inConnectionMany(connection -> {
                            Statement insert =
                                    connection.createStatement("INSERT INTO person (name, age) VALUES ($1, $2)");
                            for (int i = 0; i < 10; i++) {
                                if (i > 0) {
                                    insert.add();
                                }
                                insert.bind("$1", "batch " + i).bind("$2", i);
                            }
                            return Flux.from(insert.execute()).flatMap(Result::getRowsUpdated);
                        })
                        .collectList()
                        .block())
                .hasSize(10)
                .containsOnly(1L);
        assertThat(target.node().queryValue("SELECT count(*) FROM person WHERE name LIKE 'batch%'"))
                .isEqualTo("10");
    }

    @Test
    void runsABatchThatReturnsIds() {
        assertThat(client.inConnectionMany(connection -> Flux.from(connection
                                        .createStatement("INSERT INTO person (name, age) VALUES ($1, 1)")
                                        .returnGeneratedValues("id")
                                        .bind(0, "a")
                                        .add()
                                        .bind(0, "b")
                                        .execute())
                                .flatMap(result -> result.map((row, meta) -> row.get(0, Integer.class))))
                        .collectList()
                        .block())
                .containsExactly(4, 5);
    }

    @Test
    void runsABatchOfTexts() {
        assertThat(client.inConnectionMany(connection -> Flux.from(connection
                                        .createBatch()
                                        .add("UPDATE person SET age = 1")
                                        .add("INSERT INTO person (name, age) VALUES ('Dan', 1)")
                                        .add("SELECT count(*) FROM person")
                                        .execute())
                                .concatMap(result -> result.flatMap(segment -> segment instanceof Result.RowSegment row
                                        ? Mono.just("count " + row.row().get(0, Long.class))
                                        : segment instanceof Result.UpdateCount count
                                                ? Mono.just("updated " + count.value())
                                                : Mono.error(new AssertionError(segment))))
                                .filter(text -> text.startsWith("count") || !text.equals("updated 1")))
                        .collectList()
                        .block())
                .startsWith("updated 3", "count 4");
    }

    @Test
    void givesAConnectionToWorkWith() {
        assertThat(client.inConnection(connection -> Flux.from(connection
                                        .createStatement("SELECT name FROM person WHERE id = $1")
                                        .bind("$1", 2)
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get("name", String.class)))
                                .single())
                        .block())
                .isEqualTo("Bob");
        assertThat(client.inConnection(
                                connection -> Mono.just(connection.getMetadata().getDatabaseProductName()))
                        .block())
                .isEqualTo("PostgreSQL");
    }

    @Test
    void bindsAndReadsArrays() {
        assertThat(client.sql("SELECT array_agg(name ORDER BY name) FROM person WHERE age = ANY(:ages)")
                        .bind("ages", new Integer[] {20, 36})
                        .mapValue(String[].class)
                        .one()
                        .block())
                .containsExactly("Ada", "Bob");
    }
}
