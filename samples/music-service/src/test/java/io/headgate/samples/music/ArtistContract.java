package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

interface ArtistContract extends ServiceUnderTest {

    @Test
    default void aCreatedArtistCanBeRead() {
        Answer created = api().post("/api/artists", Json.object("name", "Nina Simone", "country", "US"))
                .created();

        assertThat(created.header("Location")).isEqualTo("/api/artists/" + created.id());
        assertThat(created.json())
                .isEqualTo(api().get(created.header("Location")).ok().json());
        assertThat(created.body()).isEqualTo("{\"id\":1,\"name\":\"Nina Simone\",\"country\":\"US\",\"version\":0}");
    }

    @Test
    default void theCountryMayBeUnknown() {
        long id = api().createArtist("Burial");

        assertThat(api().get("/api/artists/" + id).ok().json().get("country").isNull())
                .isTrue();
    }

    @Test
    default void artistsComeInPagesByName() {
        Stream.of("Cat Power", "Aphex Twin", "Björk", "Daft Punk").forEach(api()::createArtist);

        assertThat(api().get("/api/artists?size=3").items("name")).containsExactly("Aphex Twin", "Björk", "Cat Power");
        assertThat(api().get("/api/artists?size=3&page=1").items("name")).containsExactly("Daft Punk");
        assertThat(api().get("/api/artists?size=3&page=1").json().get("total").asLong())
                .isEqualTo(4);
    }

    @Test
    default void artistsAreFoundByAPartOfTheNameInAnyCase() {
        Stream.of("Sigur Rós", "ROSALÍA", "Air", "100% Pure", "100 Grad").forEach(api()::createArtist);

        assertThat(api().get("/api/artists?q=" + Api.encoded("rÓs")).items("name"))
                .containsExactly("Sigur Rós");
        assertThat(api().get("/api/artists?q=rosal").items("name")).containsExactly("ROSALÍA");
        assertThat(api().get("/api/artists?q=" + Api.encoded("0%")).items("name"))
                .containsExactly("100% Pure");
    }

    @Test
    default void anUpdateCountsTheVersion() {
        long id = api().createArtist("Prince");

        Answer updated = api().put("/api/artists/" + id, Json.object("name", "The Artist", "version", 0))
                .ok();

        assertThat(updated.json().get("version").asLong()).isEqualTo(1);
        assertThat(api().get("/api/artists/" + id).body()).isEqualTo(updated.body());
    }

    @Test
    default void anUpdateOfAnOldVersionIsAConflict() {
        long id = api().createArtist("Prince");
        api().put("/api/artists/" + id, Json.object("name", "The Artist", "version", 0))
                .ok();

        Answer late = api().put("/api/artists/" + id, Json.object("name", "Prince Rogers Nelson", "version", 0));

        assertThat(late.problem(409).get("detail").asString()).contains("changed since");
        assertThat(api().get("/api/artists/" + id).json().get("name").asString())
                .isEqualTo("The Artist");
    }

    @Test
    default void ofUpdatesAtTheSameTimeOneWins() {
        long id = api().createArtist("Prince");

        List<CompletableFuture<Answer>> updates = Stream.of("A", "B", "C", "D", "E", "F")
                .map(name -> api().sendAsync(
                                "PUT",
                                "/api/artists/" + id,
                                "application/json",
                                Json.object("name", name, "version", 0)))
                .toList();

        List<Integer> statuses =
                updates.stream().map(update -> update.join().status()).toList();
        assertThat(statuses)
                .containsOnlyOnce(200)
                .filteredOn(status -> status == 409)
                .hasSize(5);
        assertThat(api().get("/api/artists/" + id).json().get("version").asLong())
                .isEqualTo(1);
    }

    @Test
    default void anUpdateNeedsTheVersion() {
        long id = api().createArtist("Prince");

        api().put("/api/artists/" + id, Json.object("name", "The Artist")).refuses("version", "must be the version");
    }

    @Test
    default void aDeletedArtistIsGone() {
        long id = api().createArtist("The Beatles");

        assertThat(api().delete("/api/artists/" + id).status()).isEqualTo(204);

        api().get("/api/artists/" + id).problem(404);
        api().delete("/api/artists/" + id).problem(404);
    }

    @Test
    default void anArtistWithTracksStays() {
        long id = api().createArtist("Low");
        api().createTrack(id, "Words");

        api().delete("/api/artists/" + id).problem(409);

        api().get("/api/artists/" + id).ok();
    }

    @Test
    default void anUnknownArtistIsNotFound() {
        assertThat(api().get("/api/artists/77").problem(404).get("detail").asString())
                .contains("77");
        api().put("/api/artists/77", Json.object("name", "Nobody", "version", 0))
                .problem(404);
    }

    @Test
    default void twoArtistsCannotHaveOneName() {
        api().createArtist("Nirvana");

        api().post("/api/artists", Json.object("name", "Nirvana")).problem(409);

        assertThat(count("artist")).isEqualTo(1);
    }

    @Test
    default void anArtistNeedsAReadableName() {
        api().post("/api/artists", Json.object("name", "  ")).refuses("name", "blank");
        api().post("/api/artists", "{}").refuses("name", "blank");
        api().post("/api/artists", Json.object("name", "x".repeat(201))).refuses("name", "200");
        api().post("/api/artists", Json.object("name", "a\u0000b")).refuses("name", "control characters");
        api().post("/api/artists", "{\"name\":\"half \\ud83c\"}").refuses("name", "surrogates");
        api().post("/api/artists", Json.object("name", "Abba", "country", "Sweden"))
                .refuses("country", "country code");
    }
}
