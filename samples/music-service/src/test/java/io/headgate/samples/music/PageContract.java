package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

interface PageContract extends ServiceUnderTest {

    @Test
    default void pagesHaveTwentyItemsUnlessToldOtherwise() {
        Catalogue.create(api(), 1, 45);

        assertThat(api().get("/api/tracks").items("id")).hasSize(20);
        assertThat(api().get("/api/tracks?page=2").items("id")).hasSize(5);
        assertThat(api().get("/api/tracks?size=100").items("id")).hasSize(45);
    }

    @Test
    default void aPageBehindTheLastIsEmptyAndTellsTheTotal() {
        Catalogue.create(api(), 1, 5);

        Answer page = api().get("/api/tracks?page=100&size=100");

        assertThat(page.items("id")).isEmpty();
        assertThat(page.json().get("total").asLong()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "size=0, size, at least 1",
        "size=101, size, at most 100",
        "size=-5, size, at least 1",
        "page=-1, page, at least 0",
        "page=101&size=100, page, at most 10000",
        "page=2147483647&size=100, page, at most 10000",
        "page=2147483648, page, cannot be read",
        "page=first, page, cannot be read",
        "size=1e3, size, cannot be read"
    })
    default void pagesOutOfBoundsAreRefused(String parameters, String field, String message) {
        api().get("/api/tracks?" + parameters).refuses(field, message);
        api().get("/api/artists?" + parameters).refuses(field, message);
    }

    @Test
    default void theLargestOffsetIsServed() {
        api().get("/api/tracks?page=100&size=100").ok();
        api().get("/api/artists?page=10000&size=1").ok();
    }
}
