package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.HeadgateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names written with an escape character of their own are names all the same. */
@EveryRoute
class UnicodeEscapeIT {

    private final Route route;
    private Headgate db;

    UnicodeEscapeIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT U&\"set!005fconfig\" UESCAPE '!' ('search_path', 'evil', false)",
                "SELECT U&\"pg!005fadvisory!005flock\" UESCAPE '!' (42)"
            })
    void theGuardSeesThrough(String sql) {
        assertThatThrownBy(() -> db.sql(sql).one().block())
                .isInstanceOf(HeadgateException.class)
                .hasMessageContaining("not sent");
    }
}
