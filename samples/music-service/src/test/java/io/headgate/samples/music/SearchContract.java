package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

interface SearchContract extends ServiceUnderTest {

    private List<String> found(String text) {
        List<String> page = api().get("/api/tracks?q=" + Api.encoded(text)).items("title");
        assertThat(api().get("/api/tracks/walk?q=" + Api.encoded(text)).items("title"))
                .isEqualTo(page);
        return page;
    }

    private void tracks(String artist, String... titles) {
        long id = api().createArtist(artist);
        Stream.of(titles).forEach(title -> api().createTrack(id, title));
    }

    @Test
    default void tracksAreFoundByTitleAndByArtist() {
        tracks("Queen", "Innuendo", "Bicycle Race");
        tracks("Kraftwerk", "Tour de France", "The Queen of Hearts");

        assertThat(found("queen")).containsExactly("Bicycle Race", "Innuendo", "The Queen of Hearts");
        assertThat(found("tour")).containsExactly("Tour de France");
        assertThat(found("nothing like it")).isEmpty();
    }

    @Test
    default void caseDoesNotMatterInAnyScript() {
        tracks("Земфира", "Искала", "ÀÉÎÕÜ", "STRASSE");

        assertThat(found("искАЛА")).containsExactly("Искала");
        assertThat(found("àéîõü")).containsExactly("ÀÉÎÕÜ");
        assertThat(found("ЗЕМ")).hasSize(3);
    }

    @Test
    default void wildcardsInTheTextStandForThemselves() {
        tracks("Signs", "50% Off", "50 Ways", "snake_case", "snakeXcase", "back\\slash", "back/slash");

        assertThat(found("%")).containsExactly("50% Off");
        assertThat(found("50%")).containsExactly("50% Off");
        assertThat(found("snake_")).containsExactly("snake_case");
        assertThat(found("\\")).containsExactly("back\\slash");
        assertThat(found("%_%")).isEmpty();
    }

    @Test
    default void sqlInTheTextIsText() {
        tracks("Signs", "Robert'); DROP TABLE track;--");

        assertThat(found("' OR '1'='1")).isEmpty();
        assertThat(found("'); DROP")).hasSize(1);
        assertThat(found(":pattern")).isEmpty();
        assertThat(found("$1")).isEmpty();
    }

    @Test
    default void anEmptyTextFindsEverything() {
        tracks("Signs", "a", "b", "c");

        assertThat(found("")).containsExactly("a", "b", "c");
        assertThat(api().get("/api/tracks").items("title")).containsExactly("a", "b", "c");
    }

    @Test
    default void textThatCannotBeSearchedForIsRefused() {
        api().get("/api/tracks?q=%00").refuses("q", "control characters");
        api().get("/api/tracks/walk?q=%00").refuses("q", "control characters");
        api().get("/api/tracks?q=" + "x".repeat(201)).refuses("q", "200");
        api().get("/api/artists?q=%00").refuses("q", "control characters");
    }
}
