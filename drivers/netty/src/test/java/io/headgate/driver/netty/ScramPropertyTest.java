package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The client's side of SCRAM against a server's side of its own, and against messages that no server should send. */
class ScramPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 50_000 : 1_000;
    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final int MOST_ITERATIONS = 1_000_000;
    private static final ConnectionSettings SETTINGS = ConnectionSettings.parse("postgresql://u@db.example/d");

    /** Passwords, and what SASLprep makes of them: a ligature, a wide letter, a hard space, a soft hyphen, a control character. */
    private static final List<List<String>> PASSWORDS = List.of(
            List.of("s3cret", "s3cret"),
            List.of("s3cret, =\"\\'%", "s3cret, =\"\\'%"),
            List.of("s3cret-größe", "s3cret-größe"),
            List.of("s3cret-世界", "s3cret-世界"),
            List.of("s3cret-\ufb01", "s3cret-fi"),
            List.of("s3cret-\uff21", "s3cret-A"),
            List.of("s3cret-\u00a0x", "s3cret- x"),
            List.of("s3cret-\u00adx", "s3cret-x"),
            List.of("s3cret-\u0007\ufb01", "s3cret-\u0007\ufb01"),
            List.of("s3cret".repeat(50), "s3cret".repeat(50)));

    private static final List<String> PIECES = List.of(
            ",",
            "=",
            "r=",
            "s=",
            "i=",
            "v=",
            "e=",
            "m=x,",
            "0",
            "-",
            "+",
            "9".repeat(20),
            "1000001",
            "A",
            "/",
            "!",
            " ",
            "\0",
            "\n",
            "ä",
            "\u0662",
            "A===",
            "e=invalid-proof",
            ",x=y");

    private static final String PASSWORD = "s3cret";

    private final Random random = new Random(SEED);

    private static ScramExchange begin(String password, String... mechanisms) {
        return ScramExchange.begin(SETTINGS, new Credentials("u", password), List.of(mechanisms), null);
    }

    /** What a server knows and does, by RFC 5802 and RFC 7677. */
    private static final class Server {

        private final byte[] salted;
        private final String clientFirst;
        private final String first;

        Server(String password, byte[] salt, int iterations, String clientFirst, String nonce) {
            try {
                PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
                salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(key)
                        .getEncoded();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
            this.clientFirst = clientFirst.substring("n,,".length());
            first = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(salt) + ",i=" + iterations;
        }

        /** Whether the proof is one of somebody who knows the password. */
        boolean accepts(String clientFinal) {
            String proof = clientFinal.substring(clientFinal.lastIndexOf(",p=") + 3);
            byte[] signature = hmac(sha256(hmac(salted, "Client Key")), authMessage(clientFinal));
            byte[] key = Base64.getDecoder().decode(proof);
            for (int i = 0; i < key.length; i++) {
                key[i] ^= signature[i];
            }
            return MessageDigest.isEqual(key, hmac(salted, "Client Key"));
        }

        byte[] signature(String clientFinal) {
            return hmac(hmac(salted, "Server Key"), authMessage(clientFinal));
        }

        private String authMessage(String clientFinal) {
            return clientFirst + "," + first + "," + clientFinal.substring(0, clientFinal.lastIndexOf(",p="));
        }

        private static byte[] hmac(byte[] key, String message) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static String nonceOf(String clientFirst) {
        assertThat(clientFirst).matches("n,,n=\\*,r=[\\x21-\\x2b\\x2d-\\x7e]{18,}");
        return clientFirst.substring(clientFirst.indexOf("r=") + 2);
    }

    private String printable() {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(30); length > 0; length--) {
            char c = (char) ('!' + random.nextInt('~' - '!' + 1));
            text.append(c == ',' ? ';' : c);
        }
        return text.toString();
    }

    private byte[] salt() {
        byte[] salt = new byte[1 + random.nextInt(32)];
        random.nextBytes(salt);
        return salt;
    }

    private static String proof(ScramExchange exchange, String serverFirst) {
        String proof = exchange.proof(serverFirst).block();
        assertThat(proof).isNotNull();
        return proof;
    }

    private String edited(String message) {
        StringBuilder edited = new StringBuilder(message);
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(edited.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> edited.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> edited.delete(at, Math.min(edited.length(), at + 1 + random.nextInt(4)));
                default -> edited.setLength(at);
            }
        }
        return edited.toString();
    }

    private void assertRefused(ConfigurationException refused, String given) {
        assertThat(refused.getMessage()).as(given).contains("db.example").doesNotContain("s3cret");
    }

    @Test
    void eachSideProvesThatItKnowsThePassword() {
        for (int round = 0; round < ROUNDS / 4; round++) {
            List<String> one = PASSWORDS.get(random.nextInt(PASSWORDS.size()));
            ScramExchange exchange = begin(one.get(0), MECHANISM);
            assertThat(exchange.mechanism()).isEqualTo(MECHANISM);
            String nonce = nonceOf(exchange.first()) + printable();
            int iterations = random.nextInt(10) == 0 ? 4_096 : 1 + random.nextInt(50);
            Server server = new Server(one.get(1), salt(), iterations, exchange.first(), nonce);
            String proof = proof(exchange, server.first);
            String given = "seed " + SEED + ", round " + round + ": " + one.get(0) + " " + server.first;
            assertThat(proof).as(given).startsWith("c=biws,r=" + nonce + ",p=");
            assertThat(server.accepts(proof)).as(given).isTrue();
            assertThat(exchange.isProven()).isFalse();
            exchange.check("v=" + Base64.getEncoder().encodeToString(server.signature(proof)));
            assertThat(exchange.isProven()).isTrue();
        }
    }

    /** Null where a message is none that a client may answer. */
    private static @Nullable Integer iterations(String message, String clientNonce) {
        String[] parts = message.split(",", -1);
        if (parts.length != 3
                || !parts[0].startsWith("r=" + clientNonce)
                || !parts[0].chars().allMatch(c -> c > ' ' && c <= '~')
                || !parts[1].matches("s=.+")
                || !parts[2].matches("i=[0-9]{1,7}")
                || parts[2].startsWith("i=0")) {
            return null;
        }
        try {
            Base64.getDecoder().decode(parts[1].substring(2));
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
        int iterations = Integer.parseInt(parts[2].substring(2));
        return iterations > MOST_ITERATIONS ? null : iterations;
    }

    @Test
    void aFirstMessageIsAnsweredOrRefused() {
        int answered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ScramExchange exchange = begin(PASSWORD, MECHANISM);
            String nonce = nonceOf(exchange.first());
            String right =
                    new Server(PASSWORD, salt(), 1 + random.nextInt(9), exchange.first(), nonce + printable()).first;
            String message = edited(right);
            Integer iterations = iterations(message, nonce);
            if (iterations != null && iterations > 10_000) {
                // the work would take half a second each
                continue;
            }
            String given = "seed " + SEED + ", round " + round + ": " + message;
            try {
                assertThat(proof(exchange, message)).as(given).startsWith("c=biws,r=" + nonce);
                assertThat(iterations).as(given).isNotNull();
                answered++;
            } catch (ConfigurationException refused) {
                assertThat(iterations).as(given + ": " + refused.getMessage()).isNull();
                assertRefused(refused, given);
            } catch (RuntimeException other) {
                throw new AssertionError(given, other);
            }
            assertThat(exchange.isProven()).isFalse();
        }
        assertThat(answered).isBetween(ROUNDS / 50, ROUNDS / 2);
    }

    @Test
    void countsOfIterationsThatAreNoneOrTooHighAreRefused() {
        for (String iterations : List.of(
                "0",
                "-1",
                "00",
                "01",
                "",
                " 1",
                "1_000",
                "0x10",
                "1000001",
                "2147483648",
                "4294967297",
                "9".repeat(18),
                "9".repeat(40),
                "1,x=y",
                "1,i=2000000000",
                "1 ",
                "1\0")) {
            ScramExchange exchange = begin(PASSWORD, MECHANISM);
            String message = "r=" + nonceOf(exchange.first()) + "x,s=AAAA,i=" + iterations;
            assertThatThrownBy(() -> exchange.proof(message).block())
                    .as(message)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("db.example");
        }
    }

    @Test
    void aServersProofIsRightOrRefused() {
        int proven = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ScramExchange exchange = begin(PASSWORD, MECHANISM);
            String nonce = nonceOf(exchange.first()) + printable();
            // one in four does not know the password
            String known = random.nextInt(4) == 0 ? "other" : PASSWORD;
            Server server = new Server(known, salt(), 1 + random.nextInt(9), exchange.first(), nonce);
            String proof = proof(exchange, server.first);
            String right = "v=" + Base64.getEncoder().encodeToString(server.signature(proof));
            String message = random.nextInt(4) == 0 ? right : edited(right);
            boolean expected = known.equals(PASSWORD) && holds(message, server.signature(proof));
            String given = "seed " + SEED + ", round " + round + ": " + message + " for " + right;
            try {
                exchange.check(message);
                assertThat(expected).as(given).isTrue();
                proven++;
            } catch (ConfigurationException refused) {
                assertThat(message.equals(right) && known.equals(PASSWORD))
                        .as(given)
                        .isFalse();
                assertRefused(refused, given);
            } catch (RuntimeException other) {
                throw new AssertionError(given, other);
            }
            assertThat(exchange.isProven()).as(given).isEqualTo(expected);
        }
        assertThat(proven).isBetween(ROUNDS / 10, ROUNDS / 2);
    }

    /** Extensions may stand behind the signature, RFC 5802. */
    private static boolean holds(String message, byte[] signature) {
        try {
            return message.startsWith("v=")
                    && MessageDigest.isEqual(
                            Base64.getDecoder().decode(message.substring(2).split(",", -1)[0]), signature);
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    @Test
    void messagesOutOfTheirOrderAreRefused() {
        ScramExchange early = begin(PASSWORD, MECHANISM);
        assertThatThrownBy(() -> early.check("v=AAAA")).isInstanceOf(ConfigurationException.class);
        assertThat(early.isProven()).isFalse();
        ScramExchange twice = begin(PASSWORD, MECHANISM);
        String first = "r=" + nonceOf(twice.first()) + "x,s=AAAA,i=1";
        proof(twice, first);
        assertThatThrownBy(() -> twice.proof(first).block())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void anEmptyPasswordIsNamedAsTheProblem() {
        assertThatThrownBy(() -> begin("", MECHANISM))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("password")
                .hasMessageContaining("must not be empty");
    }

    @Test
    void anyOfferOfMechanismsIsUsedOrRefused() {
        List<String> known =
                List.of(MECHANISM, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1", "SCRAM-SHA-512", "OAUTHBEARER", "", "ä");
        for (int round = 0; round < ROUNDS; round++) {
            List<String> offered = new ArrayList<>();
            for (int count = random.nextInt(4); count > 0; count--) {
                offered.add(known.get(random.nextInt(known.size())));
            }
            try {
                assertThat(begin(PASSWORD, offered.toArray(String[]::new)).mechanism())
                        .isEqualTo(MECHANISM);
                assertThat(offered).contains(MECHANISM);
            } catch (ConfigurationException refused) {
                assertThat(offered).doesNotContain(MECHANISM);
                assertRefused(refused, offered.toString());
                assertThat(refused).hasMessageContaining(offered.toString());
            }
        }
    }
}
