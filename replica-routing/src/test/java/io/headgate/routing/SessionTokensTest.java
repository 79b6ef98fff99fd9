package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.topology.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final SessionTokens tokens = SessionTokens.signedBy(KEY);

    @Test
    void aTokenIsReadBack() {
        Random random = new Random(6);
        for (int i = 0; i < 1_000; i++) {
            Position position = new Position(random.nextLong(), random.nextInt(), new Lsn(random.nextLong()));
            String token = tokens.write(position);
            assertThat(tokens.read(token)).contains(position);
            assertThat(token).matches("[A-Za-z0-9_-]{50}");
            assertThat(SessionTokens.signedBy(KEY).read(token)).contains(position);
        }
    }

    @Test
    void aChangedTokenIsNone() {
        String token = tokens.write(new Position(7_714_009_608_743_555_709L, 3, new Lsn(77)));
        for (int i = 0; i < token.length(); i++) {
            for (char other : "A_z0".toCharArray()) {
                String changed = token.substring(0, i) + other + token.substring(i + 1);
                if (!Arrays.equals(
                        Base64.getUrlDecoder().decode(changed),
                        Base64.getUrlDecoder().decode(token))) {
                    assertThat(tokens.read(changed)).as(changed).isEmpty();
                }
            }
        }
    }

    @Test
    void aTokenOfAnotherKeyIsNone() {
        String token = SessionTokens.signedBy("fedcba9876543210".getBytes(StandardCharsets.US_ASCII))
                .write(new Position(1, 1, new Lsn(1)));
        assertThat(tokens.read(token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A", "AA", "====", "not a token", "\u0000", "\uD800", "AQAAAAAAAAAB"})
    void whatIsNoTokenIsNone(String text) {
        assertThat(tokens.read(text)).isEmpty();
        assertThat(tokens.read(text.repeat(10_000))).isEmpty();
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> SessionTokens.signedBy(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 bytes");
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(tokens).hasToString("SessionTokens[signed]");
    }
}
