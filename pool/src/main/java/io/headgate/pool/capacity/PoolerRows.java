package io.headgate.pool.capacity;

import io.headgate.core.error.ConfigurationException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Reads {@link PoolerSettings} from {@code SHOW CONFIG} and {@code SHOW DATABASES}. Their columns changed between releases:
 * {@code reserve_pool} became {@code reserve_pool_size} in 1.24. They do not show the overrides of a single user.
 */
final class PoolerRows {

    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

    private static final int MOST_DIGITS = 100;

    private final Map<String, String> config;
    private final Map<String, String> database;

    private PoolerRows(Map<String, String> config, Map<String, String> database) {
        this.config = config;
        this.database = database;
    }

    /** The settings for a database, by PgBouncer's name for it. */
    static Mono<PoolerSettings> read(PoolerConsole console, String database) {
        // one after the other: each command is a login to the console, and a busy PgBouncer has few connections left
        return console.run("SHOW CONFIG")
                .flatMap(config -> console.run("SHOW DATABASES").map(databases -> parse(database, config, databases)));
    }

    static PoolerSettings parse(
            String database, List<Map<String, String>> configRows, List<Map<String, String>> databaseRows) {
        Map<String, String> config = new HashMap<>();
        for (Map<String, String> row : configRows) {
            String key = row.get("key");
            String value = row.get("value");
            if (key != null && value != null) {
                config.put(key, value);
            }
        }
        if (config.isEmpty()) {
            throw new ConfigurationException("SHOW CONFIG gave no rows with the columns key and value; check that the"
                    + " console is PgBouncer's: the database \"pgbouncer\", as a user of admin_users or stats_users");
        }
        return new PoolerRows(config, databaseRow(database, databaseRows)).settings();
    }

    private static Map<String, String> databaseRow(String database, List<Map<String, String>> rows) {
        for (String name : List.of(database, "*")) {
            for (Map<String, String> row : rows) {
                if (name.equals(row.get("name"))) {
                    return row;
                }
            }
        }
        throw new ConfigurationException("PgBouncer knows no database \"" + database + "\"; SHOW DATABASES lists "
                + rows.stream().map(row -> row.get("name")).toList());
    }

    private PoolerSettings settings() {
        try {
            return new PoolerSettings(
                    number(own("pool_size"), "default_pool_size"),
                    number(own("reserve_pool_size", "reserve_pool"), "reserve_pool_size"),
                    number(null, "max_client_conn"),
                    number(own("max_connections"), "max_db_connections"),
                    number(null, "max_user_connections"),
                    seconds("query_wait_timeout"),
                    mode(own("pool_mode")));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("PgBouncer's settings make no sense: " + e.getMessage(), e);
        }
    }

    private @Nullable String own(String... columns) {
        for (String column : columns) {
            String value = database.get(column);
            if (value != null && !value.isBlank()) {
                return value;
            }
        }
        return null;
    }

    private String mode(@Nullable String own) {
        return own == null ? setting("pool_mode") : own;
    }

    private int number(@Nullable String own, String setting) {
        String value = own == null ? setting(setting) : own;
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new ConfigurationException(
                    "PgBouncer shows " + setting + " as \"" + value + "\", which is no whole number", e);
        }
    }

    private Duration seconds(String setting) {
        String value = setting(setting);
        try {
            BigDecimal seconds = new BigDecimal(value.strip());
            // 1e100000000 is short, and its digits would take minutes to write out
            if (Math.abs((long) seconds.scale()) > MOST_DIGITS) {
                throw new ArithmeticException("too many digits");
            }
            return Duration.ofNanos(seconds.multiply(NANOS).toBigInteger().longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new ConfigurationException(
                    "PgBouncer shows " + setting + " as \"" + value + "\", which is no number of seconds", e);
        }
    }

    private String setting(String name) {
        String value = config.get(name);
        if (value == null) {
            throw new ConfigurationException("PgBouncer's SHOW CONFIG has no " + name
                    + "; give the plan its settings by hand (CapacityPlan.Builder.pooler)");
        }
        return value;
    }
}
