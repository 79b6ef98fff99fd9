package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.data.relational.core.query.Criteria.where;
import static org.springframework.data.relational.core.query.Query.empty;
import static org.springframework.data.relational.core.query.Query.query;
import static org.springframework.data.relational.core.query.Update.update;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;
import reactor.core.publisher.Flux;

@EveryTarget
class EntityTemplateIT {

    private final Target target;
    private final R2dbcEntityTemplate template;

    EntityTemplateIT(Target target) {
        this.target = target;
        this.template = Application.bean(target, R2dbcEntityTemplate.class);
    }

    @BeforeEach
    void fill() {
        target.empty("person");
        Flux.just(Person.of("Ada", 36, "London"), Person.of("Bob", 20, "Rome"), Person.of("Cyd", 50, null))
                .concatMap(template::insert)
                .blockLast();
    }

    private List<String> names(Query query) {
        return template.select(query.sort(Sort.by("name")), Person.class)
                .map(Person::name)
                .collectList()
                .block();
    }

    @Test
    void insertsAndGivesTheId() {
        assertThat(template.insert(Person.of("Dan", 1, null)).block().id()).isEqualTo(4);
        assertThat(template.insert(Person.class)
                        .using(Person.of("Eve", 1, null))
                        .block()
                        .id())
                .isEqualTo(5);
    }

    @Test
    void selectsByCriteria() {
        assertThat(names(query(where("age").greaterThan(30).and("city").isNotNull())))
                .containsExactly("Ada");
        assertThat(names(query(where("age").lessThan(30).or("city").isNull()))).containsExactly("Bob", "Cyd");
        assertThat(names(query(where("name").in("Ada", "Cyd")))).containsExactly("Ada", "Cyd");
        assertThat(names(query(where("name").like("%b").ignoreCase(true)))).containsExactly("Bob");
        assertThat(names(query(where("age").between(20, 36)))).containsExactly("Ada", "Bob");
        assertThat(names(query(
                        Criteria.from(where("active").isTrue(), where("name").not("Ada")))))
                .containsExactly("Bob", "Cyd");
    }

    @Test
    void selectsSomeColumnsAndSomeRows() {
        assertThat(template.select(Person.class)
                        .from("person")
                        .as(People.NameOnly.class)
                        .matching(query(where("age").greaterThan(10))
                                .columns("name")
                                .sort(Sort.by("age").descending())
                                .limit(2)
                                .offset(1))
                        .all()
                        .collectList()
                        .block())
                .containsExactly(new People.NameOnly("Ada"), new People.NameOnly("Bob"));
    }

    @Test
    void selectsOneOrTheFirst() {
        assertThat(template.selectOne(query(where("name").is("Ada")), Person.class)
                        .block()
                        .age())
                .isEqualTo(36);
        assertThat(template.select(Person.class)
                        .matching(empty().sort(Sort.by("age")))
                        .first()
                        .block()
                        .name())
                .isEqualTo("Bob");
        assertThat(template.selectOne(query(where("name").is("Zoe")), Person.class)
                        .blockOptional())
                .isEmpty();
    }

    @Test
    void countsAndTellsWhatExists() {
        assertThat(template.count(query(where("age").greaterThan(30)), Person.class)
                        .block())
                .isEqualTo(2);
        assertThat(template.exists(query(where("name").is("Ada")), Person.class).block())
                .isTrue();
        assertThat(template.select(Person.class)
                        .matching(query(where("name").is("Zoe")))
                        .exists()
                        .block())
                .isFalse();
    }

    @Test
    void updatesByCriteria() {
        assertThat(template.update(
                                query(where("age").greaterThan(30)),
                                update("city", "Oslo").set("active", false),
                                Person.class)
                        .block())
                .isEqualTo(2);
        assertThat(names(query(where("city").is("Oslo").and("active").isFalse())))
                .containsExactly("Ada", "Cyd");
        assertThat(template.update(Person.class)
                        .inTable("person")
                        .matching(query(where("name").is("Bob")))
                        .apply(update("email", null))
                        .block())
                .isEqualTo(1);
    }

    @Test
    void updatesAnEntity() {
        Person ada =
                template.selectOne(query(where("name").is("Ada")), Person.class).block();
        template.update(ada.aged(37)).block();
        assertThat(names(query(where("age").is(37)))).containsExactly("Ada");
    }

    @Test
    void deletes() {
        Person ada =
                template.selectOne(query(where("name").is("Ada")), Person.class).block();
        template.delete(ada).block();
        assertThat(template.delete(query(where("age").is(20)), Person.class).block())
                .isEqualTo(1);
        assertThat(template.delete(Person.class).from("person").all().block()).isEqualTo(1);
        assertThat(template.count(empty(), Person.class).block()).isZero();
    }

    @Test
    void fetchesPartByPart() {
        assertThat(template.select(Person.class)
                        .withFetchSize(1)
                        .matching(empty().sort(Sort.by("id")))
                        .all()
                        .map(Person::name)
                        .collectList()
                        .block())
                .containsExactly("Ada", "Bob", "Cyd");
    }
}
