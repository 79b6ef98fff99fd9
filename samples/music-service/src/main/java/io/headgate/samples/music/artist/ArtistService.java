package io.headgate.samples.music.artist;

import static org.springframework.data.relational.core.query.Criteria.where;
import static org.springframework.data.relational.core.query.Query.query;

import io.headgate.samples.music.web.ConflictException;
import io.headgate.samples.music.web.NotFoundException;
import io.headgate.samples.music.web.OffsetPage;
import io.headgate.samples.music.web.PageLimits;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Creates, reads, changes and deletes artists. */
@Service
class ArtistService {

    private final ArtistRepository artists;
    private final R2dbcEntityTemplate template;

    ArtistService(ArtistRepository artists, R2dbcEntityTemplate template) {
        this.artists = artists;
        this.template = template;
    }

    Mono<OffsetPage<Artist>> page(String text, int page, int size) {
        PageLimits.offset(page, size);
        PageRequest request = PageRequest.of(page, size, Sort.by("name", "id"));
        return artists.findByNameContainingIgnoreCase(text, request)
                .collectList()
                .zipWith(
                        artists.countByNameContainingIgnoreCase(text),
                        (items, total) -> new OffsetPage<>(items, page, size, total));
    }

    Mono<Artist> find(long id) {
        return artists.findById(id).switchIfEmpty(Mono.error(() -> new NotFoundException("artist", id)));
    }

    Mono<Artist> create(NewArtist artist) {
        return save(new Artist(null, artist.name(), artist.country(), null));
    }

    /** Fails with an optimistic locking failure when the stored version differs from the update's. */
    @Transactional
    public Mono<Artist> update(long id, ArtistUpdate update) {
        return find(id).flatMap(stored -> save(new Artist(id, update.name(), update.country(), update.version())));
    }

    Mono<Void> delete(long id) {
        return template.delete(query(where("id").is(id)), Artist.class)
                .onErrorMap(
                        DataIntegrityViolationException.class,
                        error -> new ConflictException("The artist still has tracks.", error))
                .filter(deleted -> deleted > 0)
                .switchIfEmpty(Mono.error(() -> new NotFoundException("artist", id)))
                .then();
    }

    private Mono<Artist> save(Artist artist) {
        return artists.save(artist)
                .onErrorMap(
                        DuplicateKeyException.class,
                        error -> new ConflictException("There is an artist of that name already.", error));
    }
}
