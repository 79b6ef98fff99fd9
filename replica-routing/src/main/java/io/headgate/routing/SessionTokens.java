package io.headgate.routing;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.ConsistencySession.Read;
import io.headgate.routing.topology.Position;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes sessions as short signed strings for a cookie or header, and reads them back. The signature keeps a client from sending a position
 * far in the future, which no replica could reach, and all of whose reads would go to the primary. A token says:
 *
 * <ul>
 *   <li>the highest known position that the session has written or read;
 *   <li>whether it has written at an unknown one: then the next read asks the primary for its position first;
 *   <li>the node of its last read, if that node's position is not known yet: the next read goes there too, until it is known.
 * </ul>
 *
 * <p>So the next request needs no question in most cases, and sees all that this one has written and read in any case. None of it is secret.
 * Services that pass tokens on share the key, and name the nodes by the same addresses. Safe for use by many threads.
 */
public final class SessionTokens {

    /** HMAC-SHA-256 takes any length; a shorter key than this could be guessed. */
    public static final int MIN_KEY_BYTES = 16;

    /**
     * How long a token is valid by default. A replica in use is at most {@code maxLag} (30 s) behind, so it has long replayed what an older token
     * asks for. The rest is for clocks that differ, and ends with the trouble of a token that nothing can fulfil.
     */
    public static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(10);

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final int HEAD = 1 + 1 + Long.BYTES;
    private static final int POSITION = Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final int READ = 3 * Long.BYTES;
    private static final int BODY = HEAD + POSITION + READ;

    private static final int HAS_POSITION = 1;
    private static final int HAS_UNKNOWN = 2;
    private static final int HAS_READ = 4;

    /** Half of the digest: 2^64 guesses on average, each a request. */
    private static final int SIGNATURE = 16;

    /** Characters of a token. */
    private static final int LENGTH = ((BODY + SIGNATURE) * 4 + 2) / 3;

    /** The clock of reads is that of one process. */
    private static final long THIS_PROCESS = new SecureRandom().nextLong();

    private static final Logger logger = LoggerFactory.getLogger(SessionTokens.class);

    private final SecretKeySpec key;

    /** Of tokens that are read: the key itself, and others. */
    private final List<SecretKeySpec> accepted;

    private final Duration lifetime;
    private final InstantSource clock;
    private final long process;
    private final AtomicBoolean badSignatureTold = new AtomicBoolean();

    private SessionTokens(
            SecretKeySpec key, List<SecretKeySpec> accepted, Duration lifetime, InstantSource clock, long process) {
        this.key = key;
        this.accepted = List.copyOf(accepted);
        this.lifetime = lifetime;
        this.clock = clock;
        this.process = process;
    }

    /**
     * Tokens signed by a key, valid for {@link #DEFAULT_LIFETIME}.
     *
     * @param key at least {@value #MIN_KEY_BYTES} random bytes; copied
     */
    public static SessionTokens signedBy(byte[] key) {
        return signedBy(key, InstantSource.system(), THIS_PROCESS);
    }

    static SessionTokens signedBy(byte[] key, InstantSource clock, long process) {
        SecretKeySpec own = key(key);
        return new SessionTokens(own, List.of(own), DEFAULT_LIFETIME, clock, process);
    }

    private static SecretKeySpec key(byte[] key) {
        if (key.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("the key of session tokens has " + key.length
                    + " bytes; it must have at least " + MIN_KEY_BYTES + " random ones");
        }
        return new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * These, and tokens of another key are read too. To change the key of running services, let all accept the next one, then let all sign by it
     * and accept the former one.
     *
     * @param otherKey as in {@link #signedBy}; copied
     */
    public SessionTokens accepting(byte[] otherKey) {
        List<SecretKeySpec> all = new ArrayList<>(accepted);
        all.add(key(otherKey));
        return new SessionTokens(key, all, lifetime, clock, process);
    }

    /**
     * These with another time for which tokens are valid.
     *
     * @param time positive; longer than the routing's {@code maxLag}
     */
    public SessionTokens validFor(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("the lifetime of session tokens is " + time
                    + "; it must be positive, and longer than the maxLag of the client's routing");
        }
        return new SessionTokens(key, accepted, time, clock, process);
    }

    /** How long a token is valid. */
    public Duration lifetime() {
        return lifetime;
    }

    /** A token of what a session has written and read until now: letters, digits, {@code -} and {@code _}. */
    public String write(ConsistencySession session) {
        ConsistencySession.State state = session.state();
        Position floor = state.floor();
        Read read = state.read();
        int content = (floor == null ? 0 : HAS_POSITION)
                | (state.hasUnknown() ? HAS_UNKNOWN : 0)
                | (read == null ? 0 : HAS_READ);
        ByteBuffer token = ByteBuffer.allocate(BODY + SIGNATURE)
                .put(VERSION)
                .put((byte) content)
                .putLong(clock.millis())
                .putLong(floor == null ? 0 : floor.systemId())
                .putInt(floor == null ? 0 : floor.timeline())
                .putLong(floor == null ? 0 : floor.lsn().value())
                .putLong(read == null ? 0 : read.node().hash())
                .putLong(read == null ? 0 : read.endedAt())
                .putLong(read == null ? 0 : process);
        token.put(signature(key, token.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /** The session of a token; empty if it is none of this key or not valid any more, whatever is wrong with it. */
    public Optional<ConsistencySession> read(String token) {
        byte[] bytes = token.length() == LENGTH ? decoded(token) : null;
        if (bytes == null || !isSigned(bytes)) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes);
        if (body.get() != VERSION) {
            return Optional.empty();
        }
        int content = body.get();
        // either way: a clock may have been far ahead
        if (Math.abs(clock.millis() - body.getLong()) > lifetime.toMillis()) {
            return Optional.empty();
        }
        Position floor = new Position(body.getLong(), body.getInt(), new Lsn(body.getLong()));
        Read read = read(new NodeId(body.getLong()), body.getLong(), body.getLong());
        return Optional.of(ConsistencySession.startingAt(new ConsistencySession.State(
                (content & HAS_POSITION) == 0 ? null : floor,
                (content & HAS_UNKNOWN) == 0 ? 0 : 1,
                0,
                (content & HAS_READ) == 0 ? null : read)));
    }

    private Read read(NodeId node, long endedAt, long itsProcess) {
        boolean isOpen = endedAt == ConsistencySession.LATELY;
        // by the clock of another process: it has ended before the token came
        return new Read(node, itsProcess == process || isOpen ? endedAt : System.nanoTime());
    }

    private static byte @Nullable [] decoded(String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            return bytes.length == BODY + SIGNATURE ? bytes : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private boolean isSigned(byte[] token) {
        byte[] signature = Arrays.copyOfRange(token, BODY, token.length);
        boolean isSigned = accepted.stream().anyMatch(each -> MessageDigest.isEqual(signature(each, token), signature));
        if (!isSigned && badSignatureTold.compareAndSet(false, true)) {
            logger.warn(
                    "a session token is signed by another key, so its user may miss own writes: give all instances and services"
                            + " one key (or somebody has made up a token); this is said once");
        }
        return isSigned;
    }

    private static byte[] signature(SecretKeySpec key, byte[] token) {
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
        return "SessionTokens[signed, valid for " + lifetime + "]";
    }
}
