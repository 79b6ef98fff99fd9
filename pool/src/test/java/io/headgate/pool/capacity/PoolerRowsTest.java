package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolerRowsTest {

    private final Map<String, String> config = new HashMap<>(Map.of(
            "default_pool_size", "20",
            "reserve_pool_size", "2",
            "max_client_conn", "1000",
            "max_db_connections", "0",
            "max_user_connections", "30",
            "query_wait_timeout", "120",
            "pool_mode", "session"));

    private final Map<String, String> database = new HashMap<>(Map.of("name", "music", "pool_size", "50"));

    private PoolerSettings parse(String name) {
        List<Map<String, String>> rows = new ArrayList<>();
        config.forEach(
                (key, value) -> rows.add(Map.of("key", key, "value", value, "default", "?", "changeable", "yes")));
        return PoolerRows.parse(name, rows, List.of(Map.of("name", "other", "pool_size", "1"), database));
    }

    @Test
    void whatTheDatabaseDoesNotSayIsTakenFromTheConfiguration() {
        assertThat(parse("music")).isEqualTo(new PoolerSettings(50, 2, 1_000, 0, 30, Duration.ofMinutes(2), "session"));
    }

    @Test
    void theDatabasesOwnSettingsComeFirst() {
        database.putAll(Map.of("reserve_pool_size", "7", "max_connections", "40", "pool_mode", "transaction"));
        assertThat(parse("music"))
                .isEqualTo(new PoolerSettings(50, 7, 1_000, 40, 30, Duration.ofMinutes(2), "transaction"));
    }

    @Test
    void olderReleasesNameTheReserveOtherwise() {
        database.putAll(Map.of("reserve_pool", "9", "pool_mode", ""));
        assertThat(parse("music").reservePoolSize()).isEqualTo(9);
        assertThat(parse("music").poolMode()).isEqualTo("session");
    }

    @Test
    void aDatabaseWithoutARowFallsBackToTheStar() {
        database.put("name", "*");
        assertThat(parse("music").poolSize()).isEqualTo(50);
    }

    @Test
    void anUnknownDatabaseIsAnErrorThatListsTheKnown() {
        assertThatThrownBy(() -> parse("musik"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"musik\"")
                .hasMessageContaining("[other, music]");
    }

    @Test
    void timesMayHaveFractions() {
        config.put("query_wait_timeout", "0.5");
        assertThat(parse("music").queryWaitTimeout()).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1e99", "-1"})
    void aTimeThatIsNoneIsAnErrorThatNamesTheSetting(String value) {
        config.put("query_wait_timeout", value);
        assertThatThrownBy(() -> parse("music"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("(?s).*(query_wait_timeout|queryWaitTimeout).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "99999999999", "0"})
    void aSizeThatIsNoneIsAnErrorThatNamesTheSetting(String value) {
        database.put("pool_size", value);
        assertThatThrownBy(() -> parse("music"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("(?s).*(pool_size|poolSize).*" + value + ".*");
    }

    @Test
    void aMissingSettingIsAnErrorThatNamesIt() {
        config.remove("max_client_conn");
        assertThatThrownBy(() -> parse("music"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SHOW CONFIG has no max_client_conn");
    }

    @Test
    void rowsOfSomethingElseAreAnErrorThatNamesTheConsole() {
        assertThatThrownBy(() -> PoolerRows.parse("music", List.of(Map.of("version", "PgBouncer 1.24.1")), List.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("admin_users");
    }
}
