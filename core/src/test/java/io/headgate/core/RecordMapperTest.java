package io.headgate.core;

import static io.headgate.core.RowOf.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordMapperTest {

    private record Track(long id, String title, Integer releasedIn) {}

    private record Empty() {}

    @SuppressWarnings("UnusedMethod") // the mapper calls it
    private record Checked(int length) {
        Checked {
            if (length < 0) {
                throw new IllegalArgumentException("length is " + length);
            }
        }
    }

    @SuppressWarnings("UnusedMethod") // the mapper calls it
    private record Failing(int length) {
        Failing {
            sneak(new java.io.IOException("no disk"));
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable error) throws T {
            throw (T) error;
        }
    }

    private final RecordMapper<Track> mapper = RecordMapper.of(Track.class);

    @Test
    void readsComponentsByTheirColumns() {
        assertThat(mapper.apply(row("released_in", 1959, "id", 7, "title", "So What", "unread", "x")))
                .isEqualTo(new Track(7, "So What", 1959));
        assertThat(row("id", 7, "title", null, "releasedIn", null).as(Track.class))
                .isEqualTo(new Track(7, null, null));
        assertThat(row("id", 7).as(Empty.class)).isEqualTo(new Empty());
    }

    @Test
    void findsTheColumnsAnewForAnotherResult() {
        SqlRow first = row("id", 1, "title", "a", "released_in", 1);
        SqlRow second = row("title", "b", "released_in", 2, "id", 2);
        assertThat(mapper.apply(first)).isEqualTo(new Track(1, "a", 1));
        assertThat(mapper.apply(second)).isEqualTo(new Track(2, "b", 2));
        assertThat(mapper.apply(first)).isEqualTo(new Track(1, "a", 1));
    }

    @Test
    void namesComponentAndColumnsWhenOneIsMissing() {
        assertThatThrownBy(() -> mapper.apply(row("id", 7, "title", "x")))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"released_in\"")
                .hasMessageContaining("releasedIn")
                .hasMessageContaining("[id, title]");
    }

    @Test
    void refusesNullForAPrimitive() {
        assertThatThrownBy(() -> mapper.apply(row("id", null, "title", "x", "released_in", 1)))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"id\" is NULL");
    }

    @Test
    void letsTheRecordsOwnCheckThrough() {
        assertThatThrownBy(() -> row("length", -1).as(Checked.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length is -1");
        assertThatThrownBy(() -> row("length", 1).as(Failing.class))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("no disk")
                .hasCauseInstanceOf(java.io.IOException.class);
    }

    @Test
    void isMadeOnceAClass() {
        assertThat(RecordMapper.of(Track.class)).isSameAs(mapper);
    }

    @ParameterizedTest
    @CsvSource({
        "id, id",
        "releasedAt, released_at",
        "aB, a_b",
        "Title, title",
        "x2y, x2y",
        "userID, user_id",
        "HTTPStatus, http_status",
        "x2Y, x2_y"
    })
    void turnsCamelCaseIntoSnakeCase(String component, String column) {
        assertThat(RecordMapper.snakeCase(component)).isEqualTo(column);
    }
}
