package io.headgate.samples.music;

import java.util.stream.IntStream;

/** Tracks to read. */
final class Catalogue {

    private Catalogue() {}

    /** Makes artists with as many tracks each; every artist has the same titles. */
    static void create(Api api, int artists, int tracksEach) {
        for (int artist = 1; artist <= artists; artist++) {
            long id = api.createArtist("Artist %03d".formatted(artist));
            api.post(
                            "/api/tracks/bulk",
                            Json.array(IntStream.rangeClosed(1, tracksEach)
                                    .mapToObj(track -> Json.trackValues(id, "Track %04d".formatted(track)))
                                    .toList()))
                    .created();
        }
    }
}
