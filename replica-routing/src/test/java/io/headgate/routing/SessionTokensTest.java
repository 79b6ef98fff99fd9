package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.ConsistencySession.Read;
import io.headgate.routing.ConsistencySession.State;
import io.headgate.routing.topology.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final NodeId A = NodeId.of(Node.of("a", 1));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T10:00:00Z"));
    private final SessionTokens tokens = SessionTokens.signedBy(KEY, now::get, 1);
    private final SessionTokens ofOtherProcess = SessionTokens.signedBy(KEY, now::get, 2);

    private static ConsistencySession at(Position position) {
        return ConsistencySession.startingAt(position);
    }

    private static Position position(long lsn) {
        return new Position(7_714_009_608_743_555_709L, 3, new Lsn(lsn));
    }

    private static @Nullable State read(SessionTokens reader, String token) {
        return reader.read(token).map(ConsistencySession::state).orElse(null);
    }

    @Test
    void aTokenIsReadBack() {
        Random random = new Random(6);
        for (int i = 0; i < 1_000; i++) {
            Position position = new Position(random.nextLong(), random.nextInt(), new Lsn(random.nextLong()));
            String token = tokens.write(at(position));
            assertThat(token).matches("[A-Za-z0-9_-]{94}");
            assertThat(read(tokens, token)).isEqualTo(new State(position, 0, 0, null));
            assertThat(read(ofOtherProcess, token)).isEqualTo(new State(position, 0, 0, null));
        }
    }

    @Test
    void aSessionThatDidNothingIsReadBack() {
        assertThat(read(tokens, tokens.write(ConsistencySession.create()))).isEqualTo(new State(null, 0, 0, null));
    }

    @Test
    void aWriteAtAnUnknownPositionIsToldUntilThePrimaryCoversIt() {
        ConsistencySession session = at(position(5));
        session.wroteSomewhere();
        session.wroteSomewhere();
        assertThat(read(tokens, tokens.write(session))).isEqualTo(new State(position(5), 1, 0, null));
        session.covered(session.state(), position(9));
        assertThat(read(tokens, tokens.write(session))).isEqualTo(new State(position(9), 0, 0, null));
    }

    /** Another process has another clock: there the read counts as one that has just ended. */
    @Test
    void theNodeOfTheLastReadIsTold() {
        ConsistencySession session = ConsistencySession.create();
        session.readOn(A, 77, false);
        String token = tokens.write(session);
        assertThat(read(tokens, token)).isEqualTo(new State(null, 0, 0, new Read(A, 77)));
        long before = System.nanoTime();
        Read elsewhere = Objects.requireNonNull(read(ofOtherProcess, token).read());
        assertThat(elsewhere.node()).isEqualTo(A);
        assertThat(elsewhere.endedAt()).isBetween(before, System.nanoTime());
    }

    @Test
    void ofASessionInUseLaterReadsAndWritesAreIncluded() {
        ConsistencySession session = at(position(5));
        session.readOn(A, 77, false);
        Read lately = new Read(A, ConsistencySession.LATELY);
        assertThat(read(tokens, tokens.write(session.openCopy(false)))).isEqualTo(new State(position(5), 0, 0, lately));
        assertThat(read(tokens, tokens.write(session.openCopy(true)))).isEqualTo(new State(position(5), 1, 0, lately));
        assertThat(session.state().hasUnknown()).as("the session itself").isFalse();
    }

    @Test
    void anOldTokenIsNone() {
        String token = tokens.write(at(position(1)));
        now.updateAndGet(then -> then.plus(SessionTokens.DEFAULT_LIFETIME));
        assertThat(tokens.read(token)).isPresent();
        now.updateAndGet(then -> then.plusMillis(1));
        assertThat(tokens.read(token)).isEmpty();
        assertThat(tokens.validFor(Duration.ofDays(1)).read(token)).isPresent();
    }

    /** The clock of the service that wrote it was wrong. */
    @Test
    void aTokenFromTheFarFutureIsNone() {
        String token = tokens.write(at(position(1)));
        now.updateAndGet(then -> then.minus(SessionTokens.DEFAULT_LIFETIME));
        assertThat(tokens.read(token)).isPresent();
        now.updateAndGet(then -> then.minusMillis(1));
        assertThat(tokens.read(token)).isEmpty();
    }

    @Test
    void aChangedTokenIsNone() {
        String token = tokens.write(at(position(77)));
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
        String token = SessionTokens.signedBy("fedcba9876543210".getBytes(StandardCharsets.US_ASCII), now::get, 1)
                .write(at(position(1)));
        assertThat(tokens.read(token)).isEmpty();
    }

    /** While the key changes, some instances sign by the next one already. */
    @Test
    void tokensOfAnotherAcceptedKeyAreRead() {
        byte[] next = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        SessionTokens signedByNext = SessionTokens.signedBy(next, now::get, 1).accepting(KEY);
        SessionTokens stillSignedByOld = tokens.accepting(next).validFor(Duration.ofMinutes(1));
        State state = at(position(7)).state();
        assertThat(read(signedByNext, stillSignedByOld.write(at(position(7))))).isEqualTo(state);
        assertThat(read(stillSignedByOld, signedByNext.write(at(position(7))))).isEqualTo(state);
        assertThat(tokens.read(signedByNext.write(at(position(7))))).isEmpty();
        assertThatThrownBy(() -> tokens.accepting(new byte[3])).hasMessageContaining("3 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A", "AA", "====", "not a token", "\u0000", "\uD800", "AQAAAAAAAAAB", "\u00E9"})
    void whatIsNoTokenIsNone(String text) {
        assertThat(tokens.read(text)).isEmpty();
        assertThat(tokens.read(text.repeat(94))).isEmpty();
        assertThat(tokens.read(text.repeat(10_000))).isEmpty();
    }

    @Test
    void bytesThatNobodySignedAreNone() {
        Random random = new Random(7);
        byte[] bytes = new byte[70];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(bytes);
            bytes[0] = 1;
            assertThat(tokens.read(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
                    .isEmpty();
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> SessionTokens.signedBy(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 bytes");
        assertThatThrownBy(() -> tokens.validFor(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    @Test
    void theKeyIsCopiedAndNotShown() {
        byte[] key = KEY.clone();
        SessionTokens signed = SessionTokens.signedBy(key, now::get, 1);
        Arrays.fill(key, (byte) 0);
        assertThat(tokens.read(signed.write(at(position(1))))).isPresent();
        assertThat(tokens).hasToString("SessionTokens[signed, valid for PT10M]");
    }
}
