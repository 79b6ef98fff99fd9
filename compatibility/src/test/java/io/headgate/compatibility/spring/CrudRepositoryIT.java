package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.ExampleMatcher;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryTarget
class CrudRepositoryIT {

    private final Target target;
    private final People people;

    CrudRepositoryIT(Target target) {
        this.target = target;
        this.people = Application.bean(target, People.class);
    }

    @BeforeEach
    void empty() {
        target.empty("person");
    }

    private List<Person> saveThree() {
        return people.saveAll(List.of(
                        Person.of("Ada", 36, "London"), Person.of("Bob", 20, null), Person.of("Cy", 50, "Rome")))
                .collectList()
                .block();
    }

    @Test
    void savesWithTheIdThatTheDatabaseGave() {
        Person saved = people.save(Person.of("Ada", 36, "London")).block();
        assertThat(saved.id()).isEqualTo(1);
        assertThat(people.findById(1).block()).isEqualTo(saved);
    }

    @Test
    void savesManyInOrder() {
        assertThat(saveThree()).extracting(Person::id).containsExactly(1, 2, 3);
        assertThat(people.saveAll(Flux.just(Person.of("Di", 1, null), Person.of("Eve", 2, null)))
                        .map(Person::id)
                        .collectList()
                        .block())
                .containsExactly(4, 5);
    }

    @Test
    void updatesWhatHasAnId() {
        Person ada = saveThree().get(0);
        people.save(ada.aged(37)).block();
        assertThat(people.findById(ada.id()).block().age()).isEqualTo(37);
        assertThat(people.count().block()).isEqualTo(3);
    }

    @Test
    void insertsNothingThatHasAnIdAlready() {
        people.save(new Person(99, "Nobody", 1, null, null, true)).block();
        assertThat(people.count().block()).isZero();
    }

    @Test
    void findsByIdsAndTellsWhatExists() {
        saveThree();
        assertThat(people.findAllById(List.of(1, 3, 77))
                        .map(Person::name)
                        .collectList()
                        .block())
                .containsExactlyInAnyOrder("Ada", "Cy");
        assertThat(people.existsById(2).block()).isTrue();
        assertThat(people.existsById(77).block()).isFalse();
        people.findById(77).as(StepVerifier::create).verifyComplete();
    }

    @Test
    void sorts() {
        saveThree();
        assertThat(people.findAll(Sort.by("age").descending())
                        .map(Person::name)
                        .collectList()
                        .block())
                .containsExactly("Cy", "Ada", "Bob");
        assertThat(people.findAll(Sort.by(Sort.Order.asc("city").nullsFirst()))
                        .map(Person::name)
                        .collectList()
                        .block())
                .containsExactly("Bob", "Ada", "Cy");
    }

    @Test
    void givesPages() {
        people.insertMany(10).blockLast();
        assertThat(people.findBy(PageRequest.of(1, 3, Sort.by("age")))
                        .map(Person::age)
                        .collectList()
                        .block())
                .containsExactly(4, 5, 6);
        Person active = new Person(null, null, 0, null, null, true);
        people.findBy(
                        Example.of(active, ExampleMatcher.matching().withIgnorePaths("id", "age")),
                        found -> found.sortBy(Sort.by("age")).page(PageRequest.of(3, 3)))
                .as(StepVerifier::create)
                .assertNext(page -> {
                    assertThat(page.getTotalElements()).isEqualTo(10);
                    assertThat(page.getContent()).extracting(Person::age).containsExactly(10);
                    assertThat(page.hasNext()).isFalse();
                })
                .verifyComplete();
    }

    @Test
    void scrollsByWindows() {
        people.insertMany(7).blockLast();
        Example<Person> any = Example.of(
                new Person(null, null, 0, null, null, true),
                ExampleMatcher.matching().withIgnorePaths("id", "age"));
        assertThat(people.findBy(
                                any,
                                found -> found.limit(3).sortBy(Sort.by("age")).scroll(ScrollPosition.offset()))
                        .expand(window -> window.hasNext()
                                ? people.findBy(
                                        any,
                                        found -> found.limit(3)
                                                .sortBy(Sort.by("age"))
                                                .scroll(window.positionAt(window.size() - 1)))
                                : Mono.empty())
                        .map(window ->
                                window.getContent().stream().map(Person::age).toList())
                        .collectList()
                        .block())
                .containsExactly(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7));
    }

    @Test
    void findsByExample() {
        saveThree();
        Example<Person> likeAda = Example.of(
                new Person(null, "aD", 0, null, null, true),
                ExampleMatcher.matching()
                        .withIgnorePaths("age")
                        .withMatcher("name", name -> name.startsWith().ignoreCase()));
        assertThat(people.findOne(likeAda).map(Person::name).block()).isEqualTo("Ada");
        assertThat(people.count(likeAda).block()).isEqualTo(1);
        assertThat(people.exists(likeAda).block()).isTrue();
    }

    @Test
    void deletes() {
        List<Person> saved = saveThree();
        people.deleteById(1).block();
        assertThat(people.findAll().map(Person::name).collectList().block()).containsExactlyInAnyOrder("Bob", "Cy");
        people.delete(saved.get(1)).block();
        assertThat(people.count().block()).isEqualTo(1);
        people.deleteAllById(List.of(3, 99)).block();
        assertThat(people.count().block()).isZero();
        people.deleteAll(saveThree()).block();
        assertThat(people.count().block()).isZero();
        saveThree();
        people.deleteAll().block();
        assertThat(people.count().block()).isZero();
    }
}
