package io.headgate.compatibility.spring;

import java.time.Instant;
import org.springframework.data.annotation.CreatedBy;
import org.springframework.data.annotation.CreatedDate;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.LastModifiedDate;
import org.springframework.data.annotation.Version;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** Versioned and audited. */
record Article(
        @Id Long id,
        String title,
        @Version Long version,
        @CreatedDate Instant createdAt,
        @LastModifiedDate Instant updatedAt,
        @CreatedBy String createdBy) {

    static Article titled(String title) {
        return new Article(null, title, null, null, null, null);
    }

    Article retitled(String other) {
        return new Article(id, other, version, createdAt, updatedAt, createdBy);
    }

    interface Articles extends ReactiveCrudRepository<Article, Long> {}
}
