package io.headgate.compatibility.spring;

import java.util.Collection;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.R2dbcRepository;
import org.springframework.data.repository.query.Param;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

interface People extends R2dbcRepository<Person, Integer> {

    Mono<Person> findByName(String name);

    Flux<Person> findByCityOrderByAgeDesc(String city);

    Flux<Person> findByCityAndAgeGreaterThanEqual(String city, int age);

    Flux<Person> findByNameIn(Collection<String> names);

    Flux<Person> findByNameNotIn(Collection<String> names, Sort sort);

    Flux<Person> findByAgeBetween(int from, int to, Sort sort);

    Flux<Person> findByNameContainingIgnoreCase(String part);

    Flux<Person> findByNameStartingWith(String start);

    Flux<Person> findByCityIsNull();

    Flux<Person> findByActiveTrue();

    Flux<Person> findFirst2ByOrderByAgeAsc();

    Flux<Person> findByCity(String city, Limit limit);

    Flux<Person> findBy(Pageable page);

    Flux<Person> findFirst3ByAgeGreaterThanOrderByAge(int age);

    Mono<Long> countByCity(String city);

    Mono<Boolean> existsByEmail(String email);

    Mono<Integer> deleteByCity(String city);

    Flux<Named> findNamedByCityOrderByName(String city);

    <T> Flux<T> findByAgeLessThanOrderByName(int age, Class<T> type);

    @Query("SELECT * FROM person WHERE age > :age AND city IN (:cities) ORDER BY name")
    Flux<Person> olderIn(@Param("age") int age, @Param("cities") Collection<String> cities);

    @Query("SELECT * FROM person WHERE name = $1")
    Mono<Person> called(String name);

    @Query("SELECT city, count(*) AS people, avg(age)::float8 AS average FROM person GROUP BY city ORDER BY city")
    Flux<CityCount> perCity();

    @Query("SELECT name FROM person WHERE city = :#{#city.toUpperCase()} OR city = :city ORDER BY name")
    Flux<String> namesIn(@Param("city") String city);

    @Modifying
    @Query("UPDATE person SET age = age + :years WHERE city = :city")
    Mono<Integer> addYears(String city, int years);

    @Modifying
    @Query("UPDATE person SET active = false WHERE name = :name")
    Mono<Boolean> deactivate(String name);

    @Modifying
    @Query("DELETE FROM person WHERE age < :age")
    Mono<Void> deleteYoungerThan(int age);

    @Query("INSERT INTO person (name, age) SELECT 'n' || i, i FROM generate_series(1, :count) i RETURNING *")
    Flux<Person> insertMany(int count);

    @Query("SELECT i AS id, 'n' || i AS name, i % 90 AS age, true AS active FROM generate_series(1, :count) i")
    Flux<Person> many(int count);

    /** A projection to an interface. */
    interface Named {
        String getName();

        int getAge();
    }

    /** A projection to a record. */
    record NameOnly(String name) {}

    record CityCount(String city, long people, double average) {}
}
