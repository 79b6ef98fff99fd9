package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

interface BulkContract extends ServiceUnderTest {

    private List<Map<String, Object>> tracks(long artist, int count) {
        List<Map<String, Object>> tracks = new ArrayList<>();
        IntStream.rangeClosed(1, count).forEach(n -> tracks.add(Json.trackValues(artist, "Étude nº " + n)));
        return tracks;
    }

    private Answer bulk(List<?> tracks) {
        return api().post("/api/tracks/bulk", Json.array(tracks));
    }

    @Test
    default void tracksAreCreatedInTheRequestsOrder() {
        long artist = api().createArtist("Chopin");
        List<Map<String, Object>> tracks = tracks(artist, 3);
        tracks.add(Json.map("artistId", artist, "title", "Nocturne", "durationSeconds", 250));

        Answer answer = bulk(tracks).created();

        assertThat(answer.body()).isEqualTo("{\"created\":4,\"ids\":[1,2,3,4]}");
        assertThat(api().get("/api/tracks/2").json().get("title").asString()).isEqualTo("Étude nº 2");
        assertThat(api().get("/api/tracks/2").json().get("releasedOn").asString())
                .isEqualTo("1999-12-31");
        assertThat(api().get("/api/tracks/4").json().get("releasedOn").isNull()).isTrue();
    }

    @Test
    default void aThousandTracksAreTheMost() {
        long artist = api().createArtist("Chopin");

        bulk(tracks(artist, 1_001)).refuses("tracks", "1 to 1000");
        assertThat(count("track")).isZero();

        assertThat(bulk(tracks(artist, 1_000)).created().json().get("created").asInt())
                .isEqualTo(1_000);
        assertThat(count("track")).isEqualTo(1_000);
    }

    @Test
    default void noTracksAreTooFew() {
        bulk(List.of()).refuses("tracks", "1 to 1000");
    }

    @Test
    default void aTrackThatExistsUndoesAllAndIsNamed() {
        long artist = api().createArtist("Chopin");
        api().createTrack(artist, "Étude nº 7");

        JsonNode problem = bulk(tracks(artist, 20)).problem(409);

        assertThat(problem.get("duplicates").toString())
                .isEqualTo("[{\"index\":6,\"artistId\":1,\"title\":\"Étude nº 7\"}]");
        assertThat(count("track")).isEqualTo(1);
    }

    @Test
    default void aTrackThatIsThereTwiceUndoesAllAndIsNamed() {
        long artist = api().createArtist("Chopin");
        List<Map<String, Object>> tracks = tracks(artist, 5);
        tracks.add(tracks.get(1));

        JsonNode duplicates = bulk(tracks).problem(409).get("duplicates");

        assertThat(duplicates).hasSize(1);
        assertThat(duplicates.get(0).get("index").asInt()).isEqualTo(5);
        assertThat(count("track")).isZero();
    }

    @Test
    default void anArtistThatDoesNotExistUndoesAllAndIsNamed() {
        long artist = api().createArtist("Chopin");
        List<Map<String, Object>> tracks = tracks(artist, 2);
        tracks.add(Json.trackValues(99, "Ghost"));

        JsonNode errors = bulk(tracks).problem(422).get("errors");

        assertThat(errors.get(0).get("field").asString()).isEqualTo("tracks[2].artistId");
        assertThat(errors.get(0).get("message").asString()).contains("99");
        assertThat(count("track")).isZero();
    }

    @Test
    default void everyInvalidTrackIsNamed() {
        long artist = api().createArtist("Chopin");
        List<Map<String, Object>> tracks = tracks(artist, 3);
        tracks.get(0).put("title", " ");
        tracks.get(2).put("durationSeconds", -1);

        Answer answer = bulk(tracks);

        answer.refuses("tracks[0].title", "blank");
        answer.refuses("tracks[2].durationSeconds", "at least 1");
        assertThat(answer.json().get("errors")).hasSize(2);
        assertThat(count("track")).isZero();
    }

    @Test
    default void ofEqualRequestsAtTheSameTimeOneWins() {
        long artist = api().createArtist("Chopin");
        String body = Json.array(tracks(artist, 100));

        List<Integer> statuses = IntStream.range(0, 6)
                .mapToObj(n -> api().sendAsync("POST", "/api/tracks/bulk", "application/json", body))
                .toList()
                .stream()
                .map(answer -> answer.join().status())
                .toList();

        assertThat(statuses)
                .containsOnlyOnce(201)
                .filteredOn(status -> status == 409)
                .hasSize(5);
        assertThat(count("track")).isEqualTo(100);
    }
}
