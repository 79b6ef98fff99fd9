package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

interface PlayContract extends ServiceUnderTest {

    private long track() {
        return api().createTrack(api().createArtist("Moondog"), "Bird's Lament");
    }

    @Test
    default void aPlayIsCountedAndRecorded() {
        long track = track();

        Answer first = api().post("/api/tracks/" + track + "/plays", null).created();
        Answer second = api().post("/api/tracks/" + track + "/plays", null).created();

        assertThat(first.json().get("playCount").asLong()).isEqualTo(1);
        assertThat(second.json().get("playCount").asLong()).isEqualTo(2);
        assertThat(second.json().get("trackId").asLong()).isEqualTo(track);
        assertThat(Instant.parse(first.json().get("playedAt").asString()))
                .isBeforeOrEqualTo(Instant.parse(second.json().get("playedAt").asString()));
        assertThat(api().get("/api/tracks/" + track).json().get("playCount").asLong())
                .isEqualTo(2);
        assertThat(count("play")).isEqualTo(2);
    }

    @Test
    default void theRecordedTimeIsTheAnswered() {
        Answer played = api().post("/api/tracks/" + track() + "/plays", null).created();

        String stored = cluster()
                .primary()
                .queryValue(
                        "SELECT to_char(played_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM play");
        assertThat(Instant.parse(stored))
                .isEqualTo(Instant.parse(played.json().get("playedAt").asString()));
    }

    @Test
    default void playsOfAnUnknownTrackLeaveNothing() {
        api().post("/api/tracks/5/plays", null).problem(404);

        assertThat(count("play")).isZero();
    }

    @Test
    default void twoHundredPlaysAtTheSameTimeAreAllCounted() {
        long track = track();

        List<CompletableFuture<Answer>> plays = IntStream.range(0, 200)
                .mapToObj(n -> api().postAsync("/api/tracks/" + track + "/plays"))
                .toList();

        assertThat(plays.stream()
                        .map(play ->
                                play.join().created().json().get("playCount").asLong()))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(api().get("/api/tracks/" + track).json().get("playCount").asLong())
                .isEqualTo(200);
        assertThat(count("play")).isEqualTo(200);
    }

    @Test
    default void theMostPlayedComeFirst() {
        long artist = api().createArtist("Moondog");
        List<Long> tracks = IntStream.range(0, 4)
                .mapToObj(n -> api().createTrack(artist, "Track " + n))
                .toList();
        int[] plays = {1, 3, 0, 3};
        IntStream.range(0, 4)
                .forEach(n -> IntStream.range(0, plays[n])
                        .forEach(play -> api().post("/api/tracks/" + tracks.get(n) + "/plays", null)
                                .created()));

        assertThat(api().get("/api/tracks/top").items("title"))
                .containsExactly("Track 1", "Track 3", "Track 0", "Track 2");
        assertThat(api().get("/api/tracks/top?limit=2").items("playCount")).containsExactly("3", "3");
        api().get("/api/tracks/top?limit=0").refuses("limit", "at least 1");
        api().get("/api/tracks/top?limit=101").refuses("limit", "at most 100");
    }
}
