package io.headgate.compatibility.jooq;

import static io.headgate.compatibility.jooq.Library.BOOK;
import static io.headgate.compatibility.jooq.Library.BOOK_AUTHOR;
import static io.headgate.compatibility.jooq.Library.BOOK_ID;
import static io.headgate.compatibility.jooq.Library.DETAILS;
import static io.headgate.compatibility.jooq.Library.PAGES;
import static io.headgate.compatibility.jooq.Library.PRICE;
import static io.headgate.compatibility.jooq.Library.PUBLISHED;
import static io.headgate.compatibility.jooq.Library.TAGS;
import static io.headgate.compatibility.jooq.Library.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.jsonbGetAttributeAsText;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.val;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@EveryTarget
class JooqTypesIT {

    private final Target target;
    private final DSLContext jooq;

    JooqTypesIT(Target target) {
        this.target = target;
        this.jooq = Library.context(target);
    }

    @BeforeEach
    void fill() {
        Library.fill(target);
    }

    private <T> void comesBack(DataType<T> type, T value) {
        assertThat(Mono.from(jooq.select(val(value, type).cast(type)))
                        .map(row -> row.value1())
                        .block())
                .as(type.getName())
                .isEqualTo(value);
        assertThat(Mono.from(jooq.select(val((T) null, type).cast(type)))
                        .map(row -> row.value1() == null)
                        .block())
                .as("null " + type.getName())
                .isTrue();
    }

    @Test
    void numbersComeBack() {
        comesBack(SQLDataType.SMALLINT, (short) -5);
        comesBack(SQLDataType.INTEGER, Integer.MAX_VALUE);
        comesBack(SQLDataType.BIGINT, Long.MIN_VALUE);
        comesBack(SQLDataType.NUMERIC(30, 10), new BigDecimal("12345678901234567890.0123456789"));
        comesBack(SQLDataType.DECIMAL_INTEGER, new BigInteger("123456789012345678901234567890"));
        comesBack(SQLDataType.DOUBLE, Math.E);
        comesBack(SQLDataType.REAL, 0.5f);
        comesBack(SQLDataType.BOOLEAN, true);
    }

    @Test
    void textAndBytesComeBack() {
        comesBack(SQLDataType.VARCHAR, "grüße 🌍 $1 ? :x");
        comesBack(SQLDataType.CLOB, "");
        comesBack(SQLDataType.BLOB, new byte[] {0, -1, 5});
        comesBack(SQLDataType.UUID, UUID.fromString("a8098c1a-f86e-11da-bd1a-00112444be1e"));
    }

    @Test
    void timesComeBack() {
        comesBack(SQLDataType.LOCALDATE, LocalDate.of(2024, 2, 29));
        comesBack(SQLDataType.LOCALTIME, LocalTime.of(1, 2, 3));
        comesBack(SQLDataType.LOCALDATETIME(6), LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_999_000));
    }

    @Test
    void timesWithAnOffsetComeBack() {
        comesBack(SQLDataType.INSTANT, Instant.parse("2026-11-21T10:15:30.123456Z"));
        assertThat(Mono.from(jooq.select(val(OffsetDateTime.of(2026, 1, 1, 2, 0, 0, 0, ZoneOffset.ofHours(2)))))
                        .map(row -> row.value1().toInstant())
                        .block())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void arraysComeBack() {
        comesBack(SQLDataType.INTEGER.getArrayDataType(), new Integer[] {1, null, 3});
        comesBack(SQLDataType.VARCHAR.getArrayDataType(), new String[] {"a", "b,\"c", ""});
        comesBack(SQLDataType.UUID.getArrayDataType(), new UUID[] {new UUID(1, 2)});
    }

    @Test
    void writesAndComparesArrays() {
        Mono.from(jooq.update(BOOK)
                        .set(TAGS, new String[] {"dystopia", "classic"})
                        .where(BOOK_ID.eq(1)))
                .block();
        assertThat(Mono.from(jooq.select(TAGS).from(BOOK).where(val("classic").eq(any(TAGS))))
                        .map(row -> row.value1())
                        .block())
                .containsExactly("dystopia", "classic");
    }

    @Test
    void readsArrays() {
        assertThat(Mono.from(jooq.select(arrayAgg(TITLE).orderBy(TITLE)).from(BOOK))
                        .map(row -> row.value1())
                        .block())
                .containsExactly("1984", "Animal Farm", "Brave New World");
    }

    @Test
    void jsonComesBack() {
        comesBack(SQLDataType.JSONB, JSONB.valueOf("{\"a\": [1, 2]}"));
        comesBack(SQLDataType.JSON, JSON.valueOf("{\"a\":1}"));
        Mono.from(jooq.insertInto(BOOK)
                        .set(BOOK_AUTHOR, 1)
                        .set(TITLE, "with details")
                        .set(PAGES, 1)
                        .set(DETAILS, JSONB.valueOf("{\"cover\": \"hard\"}")))
                .block();
        assertThat(Mono.from(jooq.select(TITLE, DETAILS)
                                .from(BOOK)
                                .where(jsonbGetAttributeAsText(DETAILS, "cover").eq("hard")))
                        .map(row -> row.value1() + row.value2().data().replace(" ", ""))
                        .block())
                .isEqualTo("with details{\"cover\":\"hard\"}");
    }

    @Test
    void writesNullsAndDates() {
        Mono.from(jooq.update(BOOK)
                        .set(PRICE, (BigDecimal) null)
                        .set(PUBLISHED, LocalDate.of(2000, 1, 2))
                        .set(DETAILS, (JSONB) null)
                        .where(BOOK_ID.eq(1)))
                .block();
        assertThat(Mono.from(jooq.select(PRICE, PUBLISHED).from(BOOK).where(PUBLISHED.gt(LocalDate.of(1999, 1, 1))))
                        .map(row -> row.value1() + " " + row.value2())
                        .block())
                .isEqualTo("null 2000-01-02");
    }

    @Test
    void enumsOfTheDatabaseAreText() {
        assertThat(Mono.from(jooq.select(field("'HAPPY'::mood", String.class).as(name("mood"))))
                        .map(row -> row.value1())
                        .block())
                .isEqualTo("HAPPY");
    }
}
