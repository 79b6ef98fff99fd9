package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

interface WalkContract extends ServiceUnderTest {

    /** Walks to the end; between pages something else may happen. */
    private List<Long> walk(String parameters, IntConsumer betweenPages) {
        List<Long> ids = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 1_000; page++) {
            Answer answer = api().get("/api/tracks/walk?" + parameters + "&cursor=" + Api.encoded(cursor));
            answer.items("id").forEach(id -> ids.add(Long.parseLong(id)));
            JsonNode next = answer.json().get("next");
            if (next.isNull()) {
                return ids;
            }
            cursor = next.asString();
            betweenPages.accept(page);
        }
        throw new AssertionError("the walk does not end");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 100})
    default void aWalkMeetsEveryTrackOnce(int size) {
        Catalogue.create(api(), 4, 30);

        assertThat(walk("size=" + size, page -> {}))
                .hasSize(120)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 120).boxed().toList());
    }

    @Test
    default void aWalkGoesInTheOrderOfThePages() {
        Catalogue.create(api(), 3, 10);

        assertThat(walk("size=7", page -> {}).stream().map(String::valueOf))
                .containsExactlyElementsOf(api().get("/api/tracks?size=100").items("id"));
    }

    @Test
    default void whatIsCreatedMeanwhileMovesNothing() {
        Catalogue.create(api(), 2, 30);
        long late = api().createArtist("Late");

        List<Long> ids = walk("size=10", page -> {
            api().createTrack(late, "AAA before everything %d".formatted(page));
            api().createTrack(late, "Track 0001 %d".formatted(page));
        });

        assertThat(ids)
                .doesNotHaveDuplicates()
                .containsAll(LongStream.rangeClosed(1, 60).boxed().toList());
    }

    @Test
    default void aWalkKeepsToTheSearchedText() {
        Catalogue.create(api(), 2, 30);
        long other = api().createArtist("Somebody");
        api().createTrack(other, "Track of another kind");

        assertThat(walk("size=4&q=artist", page -> {})).hasSize(60);
        assertThat(walk("size=4&q=another", page -> {})).hasSize(1);
    }

    @Test
    default void aFullLastPageHasNoNext() {
        Catalogue.create(api(), 1, 20);

        assertThat(api().get("/api/tracks/walk?size=20").ok().json().get("next").isNull())
                .isTrue();
    }

    @Test
    default void anEmptyWalkEndsAtOnce() {
        assertThat(api().get("/api/tracks/walk").ok().body()).isEqualTo("{\"items\":[],\"next\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "not base64!", "AAAAAAAAAAH_", "AAAAAAAAAAEAAA", "%00"})
    default void aCursorFromElsewhereIsRefused(String cursor) {
        api().get("/api/tracks/walk?cursor=" + cursor.replace(" ", "%20"))
                .refuses("cursor", "that this service has given");
    }

    @Test
    default void walksHaveBoundsToo() {
        api().get("/api/tracks/walk?size=0").refuses("size", "at least 1");
        api().get("/api/tracks/walk?size=101").refuses("size", "at most 100");
    }
}
