package io.headgate.compatibility.jooq;

import static io.headgate.compatibility.jooq.Library.AUTHOR;
import static io.headgate.compatibility.jooq.Library.AUTHOR_ID;
import static io.headgate.compatibility.jooq.Library.AUTHOR_NAME;
import static io.headgate.compatibility.jooq.Library.BOOK;
import static io.headgate.compatibility.jooq.Library.BOOK_AUTHOR;
import static io.headgate.compatibility.jooq.Library.BOOK_ID;
import static io.headgate.compatibility.jooq.Library.ISBN;
import static io.headgate.compatibility.jooq.Library.PAGES;
import static io.headgate.compatibility.jooq.Library.PRICE;
import static io.headgate.compatibility.jooq.Library.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.multiset;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Records;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryTarget
class JooqQueryIT {

    private final Target target;
    private final DSLContext jooq;

    JooqQueryIT(Target target) {
        this.target = target;
        this.jooq = Library.context(target);
    }

    @BeforeEach
    void fill() {
        Library.fill(target);
    }

    @Test
    void takesTheDialectFromTheFactory() {
        assertThat(jooq.dialect().family()).isEqualTo(SQLDialect.POSTGRES);
    }

    @Test
    void selectsWhere() {
        assertThat(Flux.from(jooq.select(TITLE).from(BOOK).where(PAGES.gt(200).and(TITLE.like("1%"))))
                        .map(row -> row.get(TITLE))
                        .collectList()
                        .block())
                .containsExactly("1984");
        assertThat(Flux.from(jooq.select(TITLE)
                                .from(BOOK)
                                .where(TITLE.in("1984", "none"))
                                .or(PRICE.isNull())
                                .orderBy(TITLE))
                        .map(row -> row.value1())
                        .collectList()
                        .block())
                .containsExactly("1984", "Brave New World");
    }

    @Test
    void joinsAndGroups() {
        assertThat(Flux.from(jooq.select(AUTHOR_NAME, count(), sum(PAGES))
                                .from(AUTHOR)
                                .join(BOOK)
                                .on(BOOK_AUTHOR.eq(AUTHOR_ID))
                                .groupBy(AUTHOR_NAME)
                                .having(count().ge(1))
                                .orderBy(AUTHOR_NAME))
                        .map(row -> row.value1() + " " + row.value2() + " " + row.value3())
                        .collectList()
                        .block())
                .containsExactly("Huxley 1 268", "Orwell 2 440");
    }

    @Test
    void readsRecordsAsObjectsAndMaps() {
        assertThat(Flux.from(jooq.select(BOOK_ID, TITLE, PAGES).from(BOOK).orderBy(BOOK_ID))
                        .map(Records.mapping(Library.Book::new))
                        .blockFirst())
                .isEqualTo(new Library.Book(1, "1984", 328));
        assertThat(Flux.from(jooq.select(BOOK_ID, TITLE, PAGES).from(BOOK).orderBy(BOOK_ID.desc()))
                        .map(row -> row.into(Library.Book.class))
                        .blockFirst())
                .isEqualTo(new Library.Book(3, "Brave New World", 268));
        assertThat(Mono.from(jooq.select(TITLE, PRICE).from(BOOK).where(BOOK_ID.eq(3)))
                        .map(row -> row.intoMap())
                        .block())
                .containsEntry("title", "Brave New World")
                .containsEntry("price", null);
    }

    @Test
    void nestsRows() {
        var books = multiset(select(TITLE)
                        .from(BOOK)
                        .where(BOOK_AUTHOR.eq(AUTHOR_ID))
                        .orderBy(TITLE))
                .convertFrom(rows -> rows.map(row -> row.value1()));
        assertThat(Flux.from(jooq.select(AUTHOR_NAME, books).from(AUTHOR).orderBy(AUTHOR_NAME))
                        .collectMap(row -> row.value1(), row -> row.value2())
                        .block())
                .isEqualTo(Map.of("Orwell", List.of("1984", "Animal Farm"), "Huxley", List.of("Brave New World")));
    }

    @Test
    void insertsAndReturns() {
        assertThat(Mono.from(jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES)
                                .values(2, "Island", 384)
                                .returning(BOOK_ID, TITLE))
                        .map(row -> row.get(BOOK_ID) + row.get(TITLE))
                        .block())
                .isEqualTo("4Island");
        assertThat(Flux.from(jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES)
                                .values(1, "a", 1)
                                .values(1, "b", 2)
                                .returningResult(BOOK_ID))
                        .map(row -> row.value1())
                        .collectList()
                        .block())
                .containsExactly(5, 6);
    }

    @Test
    void updatesAndDeletesAndTellsHowMany() {
        assertThat(Mono.from(jooq.update(BOOK).set(PAGES, PAGES.plus(1)).where(BOOK_AUTHOR.eq(1)))
                        .block())
                .isEqualTo(2);
        assertThat(Mono.from(jooq.deleteFrom(BOOK).where(PAGES.eq(-1))).block()).isZero();
        assertThat(Mono.from(jooq.deleteFrom(BOOK).where(BOOK_AUTHOR.eq(2)).returningResult(TITLE))
                        .map(row -> row.value1())
                        .block())
                .isEqualTo("Brave New World");
        assertThat(Mono.from(jooq.selectCount().from(BOOK))
                        .map(row -> row.value1())
                        .block())
                .isEqualTo(2);
    }

    @Test
    void insertsOrUpdates() {
        assertThat(Mono.from(jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES, ISBN)
                                .values(1, "Nineteen Eighty-Four", 400, "1")
                                .onConflict(ISBN)
                                .doUpdate()
                                .set(TITLE, excluded(TITLE))
                                .set(PAGES, excluded(PAGES))
                                .returningResult(BOOK_ID, TITLE))
                        .map(row -> row.value1() + row.value2())
                        .block())
                .isEqualTo("1Nineteen Eighty-Four");
        assertThat(Mono.from(jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES, ISBN)
                                .values(1, "x", 1, "1")
                                .onConflictDoNothing())
                        .block())
                .isZero();
    }

    @Test
    void runsABatchOfParameterSets() {
        assertThat(Flux.from(jooq.batch(jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES)
                                        .values((Integer) null, null, null))
                                .bind(1, "a", 1)
                                .bind(1, "b", 2)
                                .bind(2, "c", 3))
                        .collectList()
                        .block())
                .containsExactly(1, 1, 1);
        assertThat(target.node().queryValue("SELECT count(*) FROM book")).isEqualTo("6");
    }

    @Test
    void runsABatchOfQueries() {
        assertThat(Flux.from(jooq.batch(
                                jooq.update(BOOK).set(PAGES, 1).where(BOOK_AUTHOR.eq(1)),
                                jooq.insertInto(AUTHOR, AUTHOR_ID, AUTHOR_NAME).values(3, "Bradbury"),
                                jooq.deleteFrom(BOOK).where(BOOK_ID.eq(3))))
                        .collectList()
                        .block())
                .containsExactly(2, 1, 1);
    }

    @Test
    void runsPlainSql() {
        assertThat(Mono.from(jooq.resultQuery("SELECT title FROM book WHERE pages = ?", 112))
                        .map(row -> row.get(0, String.class))
                        .block())
                .isEqualTo("Animal Farm");
        assertThat(Mono.from(jooq.query("UPDATE book SET pages = 1 WHERE title = {0}", val("1984")))
                        .block())
                .isEqualTo(1);
    }

    @Test
    void addsTwoParametersWhoseTypeIsSaid() {
        // without the cast PostgreSQL cannot tell which + is meant: a parameter's type is what the statement takes
        assertThat(Mono.from(jooq.select(val(41).cast(Integer.class).plus(1)))
                        .map(row -> row.value1())
                        .block())
                .isEqualTo(42);
    }

    @Test
    void streamsAsRowsAreAskedFor() {
        var many = jooq.select(field(name("i"), Integer.class)).from("generate_series(1, 20000) i");
        Flux.from(many)
                .map(row -> row.value1())
                .as(rows -> StepVerifier.create(rows, 0))
                .thenRequest(2)
                .expectNext(1, 2)
                .thenRequest(10)
                .expectNextCount(10)
                .thenCancel()
                .verify();
        assertThat(Flux.from(many).count().block()).isEqualTo(20_000);
        assertThat(Flux.from(many.fetchSize(100)).limitRate(50).count().block()).isEqualTo(20_000);
    }

    @Test
    void readsAndWritesInCommonTableExpressions() {
        var moved = name("moved")
                .as(jooq.update(BOOK).set(PAGES, 0).where(BOOK_ID.eq(1)).returning(TITLE));
        assertThat(Mono.from(jooq.with(moved)
                                .select(field(name("moved", "title"), String.class))
                                .from(moved))
                        .map(row -> row.value1())
                        .block())
                .isEqualTo("1984");
        assertThat(target.node().queryValue("SELECT pages FROM book WHERE id = 1"))
                .isEqualTo("0");
    }
}
