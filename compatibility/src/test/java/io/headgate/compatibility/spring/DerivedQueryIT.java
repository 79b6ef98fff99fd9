package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.Sort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryTarget
class DerivedQueryIT {

    private final Target target;
    private final People people;

    DerivedQueryIT(Target target) {
        this.target = target;
        this.people = Application.bean(target, People.class);
    }

    @BeforeEach
    void fill() {
        target.empty("person");
        people.saveAll(List.of(
                        Person.of("Ada", 36, "London"),
                        Person.of("Bob", 20, "Rome"),
                        Person.of("Cyd", 50, "Rome"),
                        Person.of("Dan", 60, null),
                        new Person(null, "Eve", 10, null, "Rome", false)))
                .blockLast();
    }

    private static List<String> names(Flux<Person> found) {
        return found.map(Person::name).collectList().block();
    }

    @Test
    void comparesWithOneValue() {
        assertThat(people.findByName("Ada").block().age()).isEqualTo(36);
        people.findByName("Nobody").as(StepVerifier::create).verifyComplete();
        assertThat(names(people.findByCityOrderByAgeDesc("Rome"))).containsExactly("Cyd", "Bob", "Eve");
    }

    @Test
    void comparesWithSeveralValues() {
        assertThat(names(people.findByCityAndAgeGreaterThanEqual("Rome", 20))).containsExactlyInAnyOrder("Bob", "Cyd");
        assertThat(names(people.findByAgeBetween(20, 50, Sort.by("name")))).containsExactly("Ada", "Bob", "Cyd");
    }

    @Test
    void comparesWithLists() {
        assertThat(names(people.findByNameIn(List.of("Ada", "Eve", "Zoe")))).containsExactlyInAnyOrder("Ada", "Eve");
        assertThat(names(people.findByNameIn(List.of("Dan")))).containsExactly("Dan");
        assertThat(names(people.findByNameNotIn(List.of("Ada", "Bob"), Sort.by("name"))))
                .containsExactly("Cyd", "Dan", "Eve");
    }

    @Test
    void comparesText() {
        assertThat(names(people.findByNameContainingIgnoreCase("D"))).containsExactlyInAnyOrder("Ada", "Cyd", "Dan");
        assertThat(names(people.findByNameStartingWith("D"))).containsExactly("Dan");
    }

    @Test
    void comparesWithNullAndTruth() {
        assertThat(names(people.findByCityIsNull())).containsExactly("Dan");
        assertThat(names(people.findByActiveTrue())).hasSize(4).doesNotContain("Eve");
    }

    @Test
    void limits() {
        assertThat(names(people.findFirst2ByOrderByAgeAsc())).containsExactly("Eve", "Bob");
        assertThat(names(people.findByCity("Rome", Limit.of(2)))).hasSize(2);
    }

    @Test
    void goesOnFromTheLastKeySeen() {
        assertThat(people.findFirst3ByAgeGreaterThanOrderByAge(0)
                        .collectList()
                        .expand(seen -> seen.isEmpty()
                                ? Mono.empty()
                                : people.findFirst3ByAgeGreaterThanOrderByAge(
                                                seen.get(seen.size() - 1).age())
                                        .collectList())
                        .map(seen -> seen.stream().map(Person::name).toList())
                        .collectList()
                        .block())
                .containsExactly(List.of("Eve", "Bob", "Ada"), List.of("Cyd", "Dan"), List.of());
    }

    @Test
    void countsAndTellsWhatExists() {
        assertThat(people.countByCity("Rome").block()).isEqualTo(3);
        assertThat(people.existsByEmail("ada@example.org").block()).isTrue();
        assertThat(people.existsByEmail("zoe@example.org").block()).isFalse();
    }

    @Test
    void deletesAndTellsHowMany() {
        assertThat(people.deleteByCity("Rome").block()).isEqualTo(3);
        assertThat(people.count().block()).isEqualTo(2);
    }

    @Test
    void projectsToInterfacesAndRecords() {
        assertThat(people.findNamedByCityOrderByName("Rome")
                        .map(named -> named.getName() + " " + named.getAge())
                        .collectList()
                        .block())
                .containsExactly("Bob 20", "Cyd 50", "Eve 10");
        assertThat(people.findByAgeLessThanOrderByName(30, People.NameOnly.class)
                        .collectList()
                        .block())
                .containsExactly(new People.NameOnly("Bob"), new People.NameOnly("Eve"));
    }

    @Test
    void refusesSeveralRowsWhereOneIsAsked() {
        people.save(new Person(null, "Ada", 3, "other@example.org", "Bath", true))
                .block();
        people.findByName("Ada").as(StepVerifier::create).verifyError(IncorrectResultSizeDataAccessException.class);
    }

    @Test
    void runsQueriesOfItsOwnWithNamesListsAndPositions() {
        assertThat(names(people.olderIn(15, List.of("Rome", "London")))).containsExactly("Ada", "Bob", "Cyd");
        assertThat(people.called("Dan").block().age()).isEqualTo(60);
        assertThat(people.namesIn("Rome").collectList().block()).containsExactly("Bob", "Cyd", "Eve");
    }

    @Test
    void readsGroupsIntoRecords() {
        assertThat(people.perCity().take(2).collectList().block())
                .containsExactly(new People.CityCount("London", 1, 36), new People.CityCount("Rome", 3, 80 / 3.0));
    }

    @Test
    void modifiesAndTellsHowMany() {
        assertThat(people.addYears("Rome", 5).block()).isEqualTo(3);
        assertThat(people.deactivate("Ada").block()).isTrue();
        assertThat(people.deactivate("Nobody").block()).isFalse();
        people.deleteYoungerThan(30).as(StepVerifier::create).verifyComplete();
        assertThat(names(people.findAll(Sort.by("name")))).containsExactly("Ada", "Cyd", "Dan");
    }

    @Test
    void readsManyRows() {
        people.many(20_000)
                .map(Person::id)
                .as(StepVerifier::create)
                .thenConsumeWhile(id -> true)
                .verifyComplete();
        assertThat(people.many(20_000).count().block()).isEqualTo(20_000);
        assertThat(people.many(20_000).take(5).map(Person::id).collectList().block())
                .containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void asksForRowsAsTheyAreWanted() {
        people.many(1_000)
                .as(rows -> StepVerifier.create(rows, 2))
                .expectNextCount(2)
                .thenRequest(3)
                .expectNextCount(3)
                .thenCancel()
                .verify();
    }

    @Test
    void runsManyQueriesSideBySide() {
        assertThat(Flux.range(0, 100)
                        .flatMap(i -> people.findByName(i % 2 == 0 ? "Ada" : "Bob"), 16)
                        .map(Person::name)
                        .groupBy(name -> name)
                        .flatMap(group -> group.count().map(count -> group.key() + count))
                        .collectList()
                        .block())
                .containsExactlyInAnyOrder("Ada50", "Bob50");
    }
}
