package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

interface TrackContract extends ServiceUnderTest {

    @Test
    default void aCreatedTrackCanBeRead() {
        long artist = api().createArtist("Can");

        Answer created =
                api().post("/api/tracks", Json.track(artist, "Vitamin C")).created();

        assertThat(created.body())
                .isEqualTo("{\"id\":1,\"title\":\"Vitamin C\",\"artistId\":1,\"artistName\":\"Can\","
                        + "\"durationSeconds\":180,\"releasedOn\":\"1999-12-31\",\"playCount\":0}");
        assertThat(api().get(created.header("Location")).ok().body()).isEqualTo(created.body());
    }

    @Test
    default void theReleaseMayBeUnknown() {
        long artist = api().createArtist("Can");

        Answer created = api().post(
                        "/api/tracks", Json.object("artistId", artist, "title", "Halleluhwah", "durationSeconds", 1113))
                .created();

        assertThat(created.json().get("releasedOn").isNull()).isTrue();
        assertThat(api().get("/api/tracks/" + created.id()).body()).isEqualTo(created.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Смуглянка",
                "上を向いて歩こう",
                "Ænima",
                "🎸 e\u0301tude 🎶",
                "مرحبا",
                "'; DROP TABLE track; --",
                "a\\b\"c$1"
            })
    default void titlesKeepEveryCharacter(String title) {
        long artist = api().createArtist("Various");

        long id = api().createTrack(artist, title);

        assertThat(api().get("/api/tracks/" + id).ok().json().get("title").asString())
                .isEqualTo(title);
        assertThat(api().get("/api/tracks?q=" + Api.encoded(title)).items("title"))
                .containsExactly(title);
    }

    @Test
    default void oneTitleIsThereOnceAnArtist() {
        long one = api().createArtist("Can");
        long other = api().createArtist("Neu!");
        api().createTrack(one, "Hero");

        api().createTrack(other, "Hero");
        api().post("/api/tracks", Json.track(one, "Hero")).problem(409);

        assertThat(count("track")).isEqualTo(2);
    }

    @Test
    default void aTrackNeedsAnArtistThatExists() {
        Answer answer = api().post("/api/tracks", Json.track(4711, "Lost"));

        assertThat(answer.problem(422).get("errors").get(0).get("message").asString())
                .contains("4711");
    }

    @Test
    default void aTrackNeedsValuesInBounds() {
        long artist = api().createArtist("Can");

        Answer empty = api().post("/api/tracks", "{}");
        empty.refuses("artistId", "id of an artist");
        empty.refuses("title", "blank");
        empty.refuses("durationSeconds", "seconds");
        api().post("/api/tracks", Json.object("artistId", artist, "title", "Zero", "durationSeconds", 0))
                .refuses("durationSeconds", "at least 1");
        api().post("/api/tracks", Json.object("artistId", artist, "title", "Long", "durationSeconds", 86_401))
                .refuses("durationSeconds", "at most 86400");
        assertThat(count("track")).isZero();
    }

    @Test
    default void anUnknownTrackIsNotFound() {
        api().get("/api/tracks/1").problem(404);
    }
}
