package io.headgate.samples.music.track;

import io.headgate.samples.music.web.CursorPage;
import io.headgate.samples.music.web.NotFoundException;
import io.headgate.samples.music.web.OffsetPage;
import io.headgate.samples.music.web.PageLimits;
import io.r2dbc.spi.Readable;
import java.time.LocalDate;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads tracks together with their artists' names. */
@Component
class TrackQueries {

    private static final String TABLES = " FROM track t JOIN artist a ON a.id = t.artist_id";
    private static final String SELECT =
            "SELECT t.id, t.title, t.artist_id, a.name AS artist_name, t.duration_seconds, t.released_on, t.play_count"
                    + TABLES;
    private static final String MATCHES = "(t.title ILIKE :pattern OR a.name ILIKE :pattern)";
    private static final String BY_TITLE = " ORDER BY t.title, t.id LIMIT :size";

    private final DatabaseClient db;

    TrackQueries(DatabaseClient db) {
        this.db = db;
    }

    Mono<TrackView> find(long id) {
        return db.sql(SELECT + " WHERE t.id = :id")
                .bind("id", id)
                .map(TrackQueries::view)
                .one()
                .switchIfEmpty(Mono.error(() -> new NotFoundException("track", id)));
    }

    Mono<OffsetPage<TrackView>> page(String text, int page, int size) {
        long offset = PageLimits.offset(page, size);
        Mono<List<TrackView>> items = matching(SELECT, text, BY_TITLE + " OFFSET :offset")
                .bind("size", size)
                .bind("offset", offset)
                .map(TrackQueries::view)
                .all()
                .collectList();
        Mono<Long> total = matching("SELECT count(*)" + (text.isEmpty() ? " FROM track" : TABLES), text, "")
                .mapValue(Long.class)
                .one();
        return items.zipWith(total, (found, count) -> new OffsetPage<>(found, page, size, count));
    }

    /** A query of all tracks or of those that match; without a text there is no condition. */
    private GenericExecuteSpec matching(String select, String text, String rest) {
        return text.isEmpty()
                ? db.sql(select + rest)
                : db.sql(select + " WHERE " + MATCHES + rest).bind("pattern", LikePattern.containing(text));
    }

    /** The tracks after a position in the order: tracks created or deleted elsewhere do not shift the page. */
    Mono<CursorPage<TrackView>> after(String text, TrackCursor cursor, int size) {
        return db.sql(SELECT + " WHERE (t.title, t.id) > (:title, :id) AND " + MATCHES + BY_TITLE)
                .bind("title", cursor.title())
                .bind("id", cursor.id())
                .bind("pattern", LikePattern.containing(text))
                .bind("size", size + 1)
                .map(TrackQueries::view)
                .all()
                .collectList()
                .map(found -> cursorPage(found, size));
    }

    Flux<TrackView> mostPlayed(int limit) {
        return db.sql(SELECT + " ORDER BY t.play_count DESC, t.id LIMIT :limit")
                .bind("limit", limit)
                .map(TrackQueries::view)
                .all();
    }

    /** One row more than the page size shows that there is a next page. */
    private static CursorPage<TrackView> cursorPage(List<TrackView> found, int size) {
        if (found.size() <= size) {
            return new CursorPage<>(found, null);
        }
        List<TrackView> items = found.subList(0, size);
        return new CursorPage<>(items, TrackCursor.after(items.get(size - 1)).token());
    }

    private static TrackView view(Readable row) {
        return new TrackView(
                row.get("id", Long.class),
                row.get("title", String.class),
                row.get("artist_id", Long.class),
                row.get("artist_name", String.class),
                row.get("duration_seconds", Integer.class),
                row.get("released_on", LocalDate.class),
                row.get("play_count", Long.class));
    }
}
