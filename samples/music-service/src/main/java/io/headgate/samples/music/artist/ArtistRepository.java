package io.headgate.samples.music.artist;

import org.springframework.data.domain.Pageable;
import org.springframework.data.r2dbc.repository.R2dbcRepository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Artists in the database. */
public interface ArtistRepository extends R2dbcRepository<Artist, Long> {

    /** Artists whose name contains the text, ignoring case; Spring Data escapes the wildcards in it. */
    Flux<Artist> findByNameContainingIgnoreCase(String text, Pageable page);

    /** How many artists have a name that contains the text, ignoring case. */
    Mono<Long> countByNameContainingIgnoreCase(String text);
}
