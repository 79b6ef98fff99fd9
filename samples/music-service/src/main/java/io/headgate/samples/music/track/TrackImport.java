package io.headgate.samples.music.track;

import io.headgate.samples.music.artist.Artist;
import io.headgate.samples.music.artist.ArtistRepository;
import io.headgate.samples.music.web.ConflictException;
import io.headgate.samples.music.web.FieldError;
import io.headgate.samples.music.web.UnknownReferenceException;
import io.r2dbc.spi.Readable;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Creates many tracks with one statement, all of them or none. */
@Component
class TrackImport {

    /** Most tracks in a request; a few hundred kilobytes of JSON. */
    static final int MAX_TRACKS = 1_000;

    private static final String INSERT = """
            INSERT INTO track (artist_id, title, duration_seconds, released_on)
            SELECT artist_id, title, duration_seconds, released_on
            FROM unnest(:artistIds::bigint[], :titles::text[], :durations::int[], :releases::date[])
                WITH ORDINALITY AS wanted (artist_id, title, duration_seconds, released_on, place)
            ORDER BY place
            ON CONFLICT ON CONSTRAINT track_of_artist_unique DO NOTHING
            RETURNING id, artist_id, title
            """;

    private final DatabaseClient db;
    private final ArtistRepository artists;

    TrackImport(DatabaseClient db, ArtistRepository artists) {
        this.db = db;
        this.artists = artists;
    }

    /** Fails, and creates nothing, when one of the tracks exists or its artist does not exist. */
    @Transactional
    public Mono<ImportResult> create(List<NewTrack> tracks) {
        return checkArtists(tracks).then(insert(tracks)).map(ids -> result(tracks, ids));
    }

    private Mono<Void> checkArtists(List<NewTrack> tracks) {
        Set<Long> wanted = tracks.stream().map(NewTrack::artistId).collect(Collectors.toSet());
        return artists.findAllById(wanted)
                .mapNotNull(Artist::id)
                .collect(Collectors.toSet())
                .flatMap(known -> known.size() == wanted.size()
                        ? Mono.empty()
                        : Mono.error(new UnknownReferenceException(unknownArtists(tracks, known))));
    }

    private static List<FieldError> unknownArtists(List<NewTrack> tracks, Set<Long> known) {
        return IntStream.range(0, tracks.size())
                .filter(index -> !known.contains(tracks.get(index).artistId()))
                .mapToObj(index -> new FieldError(
                        "tracks[" + index + "].artistId",
                        "there is no artist with id " + tracks.get(index).artistId()))
                .toList();
    }

    private Mono<Map<Key, Long>> insert(List<NewTrack> tracks) {
        return db.sql(INSERT)
                .bind("artistIds", tracks.stream().map(NewTrack::artistId).toArray(Long[]::new))
                .bind("titles", tracks.stream().map(NewTrack::title).toArray(String[]::new))
                .bind(
                        "durations",
                        tracks.stream().map(NewTrack::durationSeconds).toArray(Integer[]::new))
                .bind("releases", tracks.stream().map(NewTrack::releasedOn).toArray(LocalDate[]::new))
                .map(TrackImport::inserted)
                .all()
                .collectMap(Inserted::key, Inserted::id);
    }

    /** A requested track that was not inserted is a duplicate of a stored track or of an earlier one in the request. */
    private static ImportResult result(List<NewTrack> tracks, Map<Key, Long> ids) {
        Set<Key> seen = new HashSet<>();
        IntPredicate duplicate = index -> {
            Key key = Key.of(tracks.get(index));
            return !ids.containsKey(key) || !seen.add(key);
        };
        List<DuplicateTrack> duplicates = IntStream.range(0, tracks.size())
                .filter(duplicate)
                .mapToObj(index -> new DuplicateTrack(
                        index, tracks.get(index).artistId(), tracks.get(index).title()))
                .toList();
        if (!duplicates.isEmpty()) {
            throw new ConflictException("Tracks exist already, or are in the request twice; none was created.", null)
                    .with("duplicates", duplicates);
        }
        Map<Key, Long> created = new HashMap<>(ids);
        return new ImportResult(
                tracks.size(),
                tracks.stream().map(track -> created.get(Key.of(track))).toList());
    }

    private static Inserted inserted(Readable row) {
        return new Inserted(
                new Key(row.get("artist_id", Long.class), row.get("title", String.class)), row.get("id", Long.class));
    }

    private record Inserted(Key key, Long id) {}

    /** The unique key of a track. */
    private record Key(long artistId, String title) {
        static Key of(NewTrack track) {
            return new Key(track.artistId(), track.title());
        }
    }
}
