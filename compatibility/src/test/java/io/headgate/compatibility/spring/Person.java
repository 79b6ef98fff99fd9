package io.headgate.compatibility.spring;

import org.springframework.data.annotation.Id;

/** With an id that the database gives. */
record Person(@Id Integer id, String name, int age, String email, String city, boolean active) {

    static Person of(String name, int age, String city) {
        return new Person(null, name, age, name.toLowerCase(java.util.Locale.ROOT) + "@example.org", city, true);
    }

    Person aged(int years) {
        return new Person(id, name, years, email, city, active);
    }
}
