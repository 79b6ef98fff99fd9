package io.headgate.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A URL built from random parts must be parsed into these parts. A malformed URL must be an error that shows no password. */
class PostgresUrlPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 5_000;
    private static final List<String> HOSTS =
            List.of("db", "db.example", "10.0.0.1", "[2001:db8::1]", "a-b.c", "/run/pg b@x");
    private static final String CHARACTERS = "abzAZ09 -._~!$&'()*+,;=:@/?#[]%\"<>\\^`{|}äß世🎺\t";
    private static final List<String> PIECES = List.of(
            "postgresql",
            "://",
            ":",
            "/",
            "@",
            "?",
            "#",
            "&",
            "=",
            "%",
            "%2F",
            "%zz",
            "%00",
            "[",
            "]",
            "::1",
            "app",
            "db",
            "5432",
            "99999",
            "music",
            "sslmode=require",
            "connect_timeout=",
            "sslmode",
            "-1",
            "9".repeat(20),
            " ",
            "ä",
            "\\",
            "jdbc:",
            "max_result_rows=7",
            "time_zone=UTC",
            "require_auth=!",
            "sslrootcert=\0",
            ",",
            "+",
            "\0",
            "\n");
    private static final String SECRET = "s3cret";

    private final Random random = new Random(SEED);

    private String text(int least) {
        int[] characters = CHARACTERS.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int length = least + random.nextInt(12); length > 0; length--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString().isBlank() && least > 0 ? "x" : text.toString();
    }

    /** Percent-encodes as in RFC 3986: each byte that is not allowed, and some that are. */
    private String encoded(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > 0 && (Character.isLetterOrDigit(b) || "-._~+!*".indexOf(b) >= 0);
            out.append(plain && random.nextInt(8) > 0 ? "" + (char) b : String.format(hexadecimal(), b & 0xff));
        }
        return out.toString();
    }

    private String hexadecimal() {
        return random.nextBoolean() ? "%%%02X" : "%%%02x";
    }

    @Test
    void anyPartsAreReadAsTheyWere() {
        for (int round = 0; round < ROUNDS; round++) {
            Credentials credentials = new Credentials(text(1), text(0));
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            int port = 1 + random.nextInt(65_535);
            String database = text(1);
            String application = text(1);
            int timeout = 1 + random.nextInt(1_000);
            boolean socket = host.startsWith("/");
            String url = "postgresql://" + encoded(credentials.user()) + ":" + encoded(credentials.password()) + "@"
                    + (socket ? "%2F" + encoded(host.substring(1)) : host) + ":" + port + "/" + encoded(database)
                    + "?connect_timeout=" + timeout + "&application_name=" + encoded(application);
            ConnectionSettings settings;
            try {
                settings = ConnectionSettings.parse(url);
            } catch (ConfigurationException refused) {
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + url, refused);
            }
            assertThat(settings.credentials().block()).as(url).isEqualTo(credentials);
            assertThat(settings.host()).as(url).isEqualTo(host.replaceAll("[\\[\\]]", ""));
            assertThat(settings.port()).as(url).isEqualTo(port);
            assertThat(settings.database()).as(url).isEqualTo(database);
            assertThat(settings.applicationName()).as(url).isEqualTo(application);
            assertThat(settings.connectTimeout()).as(url).isEqualTo(Duration.ofSeconds(timeout));
            assertThat(settings.isUnixSocket()).as(url).isEqualTo(socket);
        }
    }

    @Test
    void anyOtherTextIsAnErrorOfConfigurationThatShowsNoPassword() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            int read = 0;
            for (int round = 0; round < ROUNDS; round++) {
                // an unencoded @ in a password makes the rest of the password look like a host
                String user = "postgresql://app:" + (random.nextInt(4) == 0 ? "x@" : "") + SECRET + "@";
                StringBuilder url = new StringBuilder(user + "db:5432/music?sslmode=require");
                // do not change the part with the password
                int start = user.length();
                for (int edits = random.nextInt(4); edits > 0; edits--) {
                    int at = start + random.nextInt(url.length() - start + 1);
                    if (random.nextBoolean()) {
                        url.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                    } else {
                        url.delete(at, Math.min(url.length(), at + 1 + random.nextInt(4)));
                    }
                }
                try {
                    assertThat(ConnectionSettings.parse(url.toString()).toString())
                            .doesNotContain(SECRET);
                    read++;
                } catch (ConfigurationException expected) {
                    assertThat(expected.getMessage()).as(url.toString()).doesNotContain(SECRET);
                } catch (RuntimeException other) {
                    throw new AssertionError("seed " + SEED + ", round " + round + ": " + url, other);
                }
            }
            assertThat(read).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
        });
    }

    @Test
    void piecesInAnyOrderAreAnErrorOfConfiguration() {
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder url = new StringBuilder();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                url.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            try {
                assertThat(ConnectionSettings.parse(url.toString()).port()).isBetween(1, 65_535);
            } catch (ConfigurationException expected) {
                assertThat(expected).hasMessageContaining("URL");
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + url, other);
            }
        }
    }
}
