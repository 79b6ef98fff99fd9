package io.headgate.samples.music;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

interface ErrorContract extends ServiceUnderTest {

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "[]", "{\"name\":", "\"text\"", "null", "{\"name\":{\"first\":\"Nina\"}}"})
    default void jsonThatIsNoArtistIsRefused(String body) {
        api().post("/api/artists", body).problem(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"artistId\":\"one\",\"title\":\"t\",\"durationSeconds\":1}",
                "{\"artistId\":1,\"title\":\"t\",\"durationSeconds\":99999999999}",
                "{\"artistId\":1,\"title\":\"t\",\"durationSeconds\":1,\"releasedOn\":\"31.12.1999\"}",
                "{\"artistId\":1,\"title\":\"t\",\"durationSeconds\":1,\"releasedOn\":\"1999-02-30\"}"
            })
    default void valuesOfTheWrongTypeAreRefused(String body) {
        api().post("/api/tracks", body).problem(400);
    }

    @Test
    default void bulkTakesAnArrayOnly() {
        api().post("/api/tracks/bulk", "{}").problem(400);
        api().post("/api/tracks/bulk", "[null]").refuses("tracks[0]", "must be a track");
    }

    @Test
    default void idsAreNumbers() {
        api().get("/api/tracks/abc").refuses("id", "cannot be read");
        api().get("/api/artists/99999999999999999999").refuses("id", "cannot be read");
    }

    @Test
    default void otherContentIsRefused() {
        api().sendAsync("POST", "/api/artists", "text/plain", "Nina Simone")
                .join()
                .problem(415);
    }

    @Test
    default void otherMethodsAreRefused() {
        api().delete("/api/tracks").problem(405);
    }

    @Test
    default void unknownPathsAreNotFound() {
        api().get("/api/albums").problem(404);
        api().get("/nothing").problem(404);
    }

    @Test
    default void bodiesOfMoreThanAMegabyteAreRefused() {
        api().post("/api/artists", Json.object("name", "x".repeat(1_100_000))).problem(413);
    }
}
