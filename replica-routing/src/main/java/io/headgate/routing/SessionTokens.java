package io.headgate.routing;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.topology.Position;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes positions as short signed strings for a cookie or header, and reads them back. The signature keeps a client from sending a position
 * far in the future, which no replica could reach, and all of whose reads would go to the primary. The position itself is no secret. Services
 * that pass tokens on share the key. Safe for use by many threads.
 */
public final class SessionTokens {

    /** HMAC-SHA-256 takes any length; a shorter key than this could be guessed. */
    public static final int MIN_KEY_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final int BODY = 1 + Long.BYTES + Integer.BYTES + Long.BYTES;

    /** Half of the digest: 2^64 guesses on average, each a request. */
    private static final int SIGNATURE = 16;

    /** Characters of a token. */
    private static final int LENGTH = (BODY + SIGNATURE + 2) / 3 * 4;

    private final SecretKeySpec key;

    private SessionTokens(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * Tokens signed by a key.
     *
     * @param key at least {@value #MIN_KEY_BYTES} random bytes; copied
     */
    public static SessionTokens signedBy(byte[] key) {
        if (key.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("the key of session tokens has " + key.length
                    + " bytes; it must have at least " + MIN_KEY_BYTES + " random ones");
        }
        return new SessionTokens(key.clone());
    }

    /** A token: letters, digits, {@code -} and {@code _}. */
    public String write(Position position) {
        ByteBuffer token = ByteBuffer.allocate(BODY + SIGNATURE)
                .put(VERSION)
                .putLong(position.systemId())
                .putInt(position.timeline())
                .putLong(position.lsn().value());
        token.put(signature(token.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /** The position of a token; empty if it is not one of this key, whatever is wrong with it. */
    public Optional<Position> read(String token) {
        if (token.length() > LENGTH) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
        if (bytes.length != BODY + SIGNATURE
                || !MessageDigest.isEqual(signature(bytes), Arrays.copyOfRange(bytes, BODY, bytes.length))) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes);
        if (body.get() != VERSION) {
            return Optional.empty();
        }
        return Optional.of(new Position(body.getLong(), body.getInt(), new Lsn(body.getLong())));
    }

    private byte[] signature(byte[] token) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(token, 0, BODY);
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
        }
    }

    @Override
    public String toString() {
        return "SessionTokens[signed]";
    }
}
