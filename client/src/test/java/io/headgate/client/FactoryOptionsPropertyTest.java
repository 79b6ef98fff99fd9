package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Any options are a client, or an error that names one of them; none shows the password. */
class FactoryOptionsPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 100_000 : 4_000;
    private static final String SECRET = "s3cret";

    private static final List<Object> VALUES = List.of(
            "",
            " ",
            "0",
            "1",
            "2",
            "-1",
            "64",
            "1e3",
            "9".repeat(20),
            "1e999999999",
            "NaN",
            "true",
            "false",
            "5s",
            "0s",
            "-5s",
            "PT5S",
            "PT9223372036854775807S",
            "9".repeat(15) + "h",
            "disable",
            "require",
            "verify-full",
            "direct",
            "warn",
            "scram-sha-256,md5",
            "!none",
            "3.2",
            "UTC",
            "Mars/Phobos",
            "music",
            "db,db2",
            "[::1",
            "größe 🎺",
            "a\0b",
            "/x.pem",
            "x".repeat(300),
            "x@" + SECRET,
            7,
            -7,
            Integer.MAX_VALUE,
            7L << 40,
            0.5,
            Double.NaN,
            true,
            Duration.ofSeconds(2),
            Duration.ofSeconds(Long.MIN_VALUE),
            List.of("a"));

    private static final Pattern HUMP = Pattern.compile("[A-Z]");

    /** Options that are a client. */
    private static final Map<String, Object> SOUND =
            Map.of("driver", "headgate", "host", "db.example", "user", "app", "password", SECRET, "database", "music");

    /** Options that errors also call by another name. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("protocol", "driver", "poolerpoolsize", "poolsize", "sslrootcert", "rootcertificate");

    private final Random random = new Random(SEED);

    private Object value() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>(SOUND);
        List<String> names = new ArrayList<>(FactoryOptions.names());
        names.addAll(List.of("schema", "tcpNoDelay", "nonsense", "max_connections"));
        for (int count = random.nextInt(4); count > 0; count--) {
            String name = names.get(random.nextInt(names.size()));
            boolean hyphens = random.nextInt(4) == 0;
            Object value = value();
            // no part of a password comes to stand in these, and an unknown name beside one is not shown
            boolean possible = (FactoryOptions.names().contains(name)
                            && !List.of("protocol", "host").contains(name))
                    || !value.toString().contains(SECRET);
            if (possible && !name.equals("password") && !name.equals("driver")) {
                options.put(
                        hyphens
                                ? HUMP.matcher(name)
                                        .replaceAll(hump -> "-" + hump.group())
                                        .toLowerCase(Locale.ROOT)
                                : name,
                        value);
            }
        }
        if (random.nextInt(20) == 0) {
            options.remove(List.of("host", "user", "database", "password").get(random.nextInt(4)));
        }
        return options;
    }

    /** As messages name options: the builder's and the URL's names of the same differ in case, hyphens and blanks. */
    private static String bare(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
    }

    /** Whether it names an option that is not as in the sound ones: another value, one more, or missing. */
    private static boolean namesWhatIsChanged(Map<String, Object> options, String message) {
        Set<String> names = new TreeSet<>(options.keySet());
        names.addAll(SOUND.keySet());
        names.removeIf(name -> Objects.equals(SOUND.get(name), options.get(name)));
        return names.stream()
                .map(FactoryOptionsPropertyTest::bare)
                .anyMatch(name ->
                        bare(message).contains(name) || bare(message).contains(OTHER_NAMES.getOrDefault(name, name)));
    }

    @Test
    void anyOptionsAreAClientOrAnErrorThatNamesOneOfThem() {
        int clients = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Object> options = options();
            ConnectionFactoryOptions.Builder builder = ConnectionFactoryOptions.builder();
            options.forEach((name, value) -> builder.option(
                    name.equals("password") ? Option.sensitiveValueOf(name) : Option.valueOf(name), value));
            String given = "seed " + SEED + ", round " + round + ": " + options;
            try {
                FactoryOptions read = new FactoryOptions(builder.build());
                read.connectionDefaults();
                Headgate client = read.client();
                assertThat(client.toString()).as(given).doesNotContain(SECRET);
                client.close().block(Duration.ofSeconds(10));
                clients++;
            } catch (IllegalArgumentException refused) {
                assertThat(namesWhatIsChanged(options, refused.getMessage()))
                        .as(given + " -> " + refused.getMessage())
                        .isTrue();
                for (Throwable each = refused; each != null; each = each.getCause()) {
                    assertThat(each.toString()).as(given).doesNotContain(SECRET);
                }
            } catch (RuntimeException other) {
                throw new AssertionError(given, other);
            }
        }
        assertThat(clients).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }
}
