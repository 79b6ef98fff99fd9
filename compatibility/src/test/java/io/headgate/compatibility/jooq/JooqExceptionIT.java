package io.headgate.compatibility.jooq;

import static io.headgate.compatibility.jooq.Library.AUTHOR;
import static io.headgate.compatibility.jooq.Library.AUTHOR_ID;
import static io.headgate.compatibility.jooq.Library.AUTHOR_NAME;
import static io.headgate.compatibility.jooq.Library.BOOK;
import static io.headgate.compatibility.jooq.Library.BOOK_AUTHOR;
import static io.headgate.compatibility.jooq.Library.PAGES;
import static io.headgate.compatibility.jooq.Library.TITLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.R2dbcException;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.DataException;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.exception.SQLStateClass;
import org.jooq.exception.SQLStateSubclass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@EveryTarget
class JooqExceptionIT {

    private final Target target;
    private final DSLContext jooq;

    JooqExceptionIT(Target target) {
        this.target = target;
        this.jooq = Library.context(target);
    }

    @BeforeEach
    void fill() {
        Library.fill(target);
    }

    private static void fails(Publisher<?> query, Class<? extends DataAccessException> type, String state) {
        Flux.from(query)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isExactlyInstanceOf(type)
                        .hasCauseInstanceOf(R2dbcException.class)
                        .extracting(e -> ((DataAccessException) e).sqlState())
                        .isEqualTo(state));
    }

    @Test
    void violationsOfIntegrity() {
        fails(
                jooq.insertInto(AUTHOR, AUTHOR_ID, AUTHOR_NAME).values(1, "again"),
                IntegrityConstraintViolationException.class,
                "23505");
        fails(
                jooq.insertInto(BOOK, BOOK_AUTHOR, TITLE, PAGES).values(77, "x", 1),
                IntegrityConstraintViolationException.class,
                "23503");
        fails(
                jooq.update(AUTHOR).set(AUTHOR_NAME, (String) null),
                IntegrityConstraintViolationException.class,
                "23502");
    }

    @Test
    void wrongSql() {
        fails(jooq.resultQuery("SELECT missing FROM author"), DataAccessException.class, "42703");
        fails(jooq.resultQuery("SELEC 1"), DataAccessException.class, "42601");
        fails(jooq.resultQuery("SELECT 1 / 0"), DataException.class, "22012");
    }

    @Test
    void tellsTheClassOfTheState() {
        Flux.from(jooq.resultQuery("SELECT 1 / 0")).as(StepVerifier::create).verifyErrorSatisfies(error -> {
            DataAccessException e = (DataAccessException) error;
            assertThat(e.sqlStateClass()).isEqualTo(SQLStateClass.C22_DATA_EXCEPTION);
            assertThat(e.sqlStateSubclass()).isEqualTo(SQLStateSubclass.C22012_DIVISION_BY_ZERO);
        });
    }

    @Test
    void worksOnAfterAnError() {
        wrongSql();
        assertThat(Flux.from(jooq.selectFrom(AUTHOR)).count().block()).isEqualTo(2);
    }
}
