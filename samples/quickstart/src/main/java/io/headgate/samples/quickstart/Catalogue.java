package io.headgate.samples.quickstart;

import io.headgate.client.Headgate;
import io.headgate.testkit.PostgresNode;
import java.util.List;
import reactor.core.publisher.Mono;

/** The queries of a small music service: what a service would write with Headgate. */
final class Catalogue {

    static final int TRACKS = 10_000;

    private final Headgate db;

    Catalogue(Headgate db) {
        this.db = db;
    }

    /** A row of the catalogue, mapped by the names of the columns. */
    record Track(long id, String title, int playCount) {}

    static void create(PostgresNode primary) {
        primary.execute(
                "CREATE TABLE track (id bigserial PRIMARY KEY, title text NOT NULL, play_count int NOT NULL DEFAULT 0)");
        primary.execute(
                "CREATE TABLE play (id bigserial PRIMARY KEY, track_id bigint REFERENCES track, at timestamptz NOT NULL)");
        primary.execute("INSERT INTO track(title) SELECT 'Track ' || n FROM generate_series(1, " + TRACKS + ") n");
        primary.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO app");
        primary.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app");
    }

    Mono<Track> find(long id) {
        return db.sql("SELECT id, title, play_count FROM track WHERE id = $1")
                .bind(id)
                .as(Track.class)
                .one();
    }

    Mono<Integer> page(long afterId) {
        return db.sql("SELECT id, title, play_count FROM track WHERE id > $1 ORDER BY id LIMIT 20")
                .bind(afterId)
                .as(Track.class)
                .all()
                .collectList()
                .map(List::size);
    }

    /** Two statements that count as one, or not at all. */
    Mono<Long> play(long id) {
        return db.inTransaction(tx -> tx.sql("UPDATE track SET play_count = play_count + 1 WHERE id = $1")
                .bind(id)
                .update()
                .then(tx.sql("INSERT INTO play(track_id, at) VALUES ($1, now()) RETURNING id")
                        .bind(id)
                        .map(row -> row.require("id", Long.class))
                        .one()));
    }
}
