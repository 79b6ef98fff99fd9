package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.error.ConfigurationException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of a console: any settings come back as they are, and any other rows are an error that says so, soon. */
class PoolerRowsPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;

    private static final List<String> KEYS = List.of(
            "default_pool_size",
            "reserve_pool_size",
            "max_client_conn",
            "max_db_connections",
            "max_user_connections",
            "query_wait_timeout",
            "pool_mode");
    private static final List<String> COLUMNS =
            List.of("pool_size", "reserve_pool_size", "reserve_pool", "max_connections", "pool_mode");
    private static final List<String> ODD = List.of(
            "",
            " ",
            "0",
            "-1",
            "20",
            " 7 ",
            "2147483648",
            "1e3",
            "0.5",
            "1e-999999999",
            "1e-100000000",
            "1e999999999",
            "-1e999999999",
            "9e18",
            "1e100000000",
            "NaN",
            "0x10",
            "١٢",
            "TRANSACTION",
            "session",
            "\0");

    private static <T> T oneOf(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<Map<String, String>> rows(Map<String, String> config) {
        List<Map<String, String>> rows = new ArrayList<>();
        config.forEach((key, value) -> rows.add(Map.of("key", key, "value", value, "default", "1")));
        return rows;
    }

    @Test
    void anySettingsComeBack() {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            long millis = random.nextInt(10_000_000);
            PoolerSettings settings = new PoolerSettings(
                    1 + random.nextInt(Integer.MAX_VALUE),
                    random.nextInt(100),
                    1 + random.nextInt(10_000),
                    random.nextInt(100),
                    random.nextInt(100),
                    Duration.ofMillis(millis),
                    oneOf(random, List.of("transaction", "statement", "session")));
            Map<String, String> config = new HashMap<>();
            config.put("default_pool_size", "7");
            config.put("reserve_pool_size", "" + settings.reservePoolSize());
            config.put("max_client_conn", "" + settings.maxClientConnections());
            config.put("max_db_connections", "8");
            config.put("max_user_connections", "" + settings.maxUserConnections());
            config.put("query_wait_timeout", BigDecimal.valueOf(millis, 3).toString());
            config.put("pool_mode", settings.poolMode());
            Map<String, String> database = Map.of(
                    "name",
                    "music",
                    "pool_size",
                    "" + settings.poolSize(),
                    "max_connections",
                    "" + settings.maxDatabaseConnections());
            assertThat(PoolerRows.parse("music", rows(config), List.of(Map.of("name", "*"), database)))
                    .as("seed %d, round %d", SEED, i)
                    .isEqualTo(settings);
        }
    }

    @Test
    void anyOtherRowsAreAnErrorOfConfiguration() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            Random random = new Random(SEED);
            int read = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Map<String, String> config = new HashMap<>();
                for (String key : KEYS) {
                    config.put(key, key.equals("pool_mode") ? "session" : "3");
                }
                Map<String, String> database = new HashMap<>(Map.of("name", oneOf(random, List.of("music", "*", "x"))));
                for (int changes = random.nextInt(4); changes > 0; changes--) {
                    if (random.nextBoolean()) {
                        config.put(oneOf(random, KEYS), oneOf(random, ODD));
                    } else {
                        database.put(oneOf(random, COLUMNS), oneOf(random, ODD));
                    }
                }
                if (random.nextInt(10) == 0) {
                    config.remove(oneOf(random, KEYS));
                }
                try {
                    PoolerSettings settings = PoolerRows.parse("music", rows(config), List.of(database));
                    assertThat(settings.poolSize()).isPositive();
                    read++;
                } catch (ConfigurationException expected) {
                    assertThat(expected).hasMessageContaining("PgBouncer");
                } catch (RuntimeException other) {
                    throw new AssertionError("seed " + SEED + ", round " + i + ": " + config + database, other);
                }
            }
            assertThat(read).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
        });
    }
}
