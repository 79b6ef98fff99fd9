package io.headgate.samples.music.track;

import io.headgate.samples.music.artist.ArtistRepository;
import io.headgate.samples.music.web.ConflictException;
import io.headgate.samples.music.web.FieldError;
import io.headgate.samples.music.web.NotFoundException;
import io.headgate.samples.music.web.UnknownReferenceException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Creates tracks one at a time, and plays them. */
@Service
class TrackService {

    private final TrackRepository tracks;
    private final ArtistRepository artists;
    private final DatabaseClient db;
    private final Clock clock;

    TrackService(TrackRepository tracks, ArtistRepository artists, DatabaseClient db, Clock clock) {
        this.tracks = tracks;
        this.artists = artists;
        this.db = db;
        this.clock = clock;
    }

    @Transactional
    public Mono<TrackView> create(NewTrack track) {
        return artists.findById(track.artistId())
                .switchIfEmpty(Mono.error(() -> unknownArtist(track.artistId())))
                .flatMap(artist -> tracks.save(Track.of(track)).map(saved -> TrackView.of(saved, artist)))
                .onErrorMap(
                        DuplicateKeyException.class,
                        error -> new ConflictException("The artist has a track of that title already.", error));
    }

    /** Counts and records a play in one transaction; the update's row lock serialises the plays of a track. */
    @Transactional
    public Mono<Play> play(long id) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return db.sql("UPDATE track SET play_count = play_count + 1 WHERE id = :id RETURNING play_count")
                .bind("id", id)
                .mapValue(Long.class)
                .one()
                .switchIfEmpty(Mono.error(() -> new NotFoundException("track", id)))
                .flatMap(count -> record(id, now).map(playId -> new Play(playId, id, now, count)));
    }

    private Mono<Long> record(long trackId, Instant at) {
        return db.sql("INSERT INTO play (track_id, played_at) VALUES (:trackId, :at) RETURNING id")
                .bind("trackId", trackId)
                .bind("at", OffsetDateTime.ofInstant(at, ZoneOffset.UTC))
                .mapValue(Long.class)
                .one();
    }

    private static UnknownReferenceException unknownArtist(long id) {
        return new UnknownReferenceException(List.of(new FieldError("artistId", "there is no artist with id " + id)));
    }
}
