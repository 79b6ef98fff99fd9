package io.headgate.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether the result of a read may come from a cache, and for how long. Immutable. */
public final class CachePolicy {

    private static final CachePolicy NONE = new CachePolicy(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private final Duration ttl;
    private final Duration staleWhileRevalidate;
    private final Duration staleIfError;

    private CachePolicy(Duration ttl, Duration staleWhileRevalidate, Duration staleIfError) {
        this.ttl = ttl;
        this.staleWhileRevalidate = staleWhileRevalidate;
        this.staleIfError = staleIfError;
    }

    /** The result never comes from a cache. The default. */
    public static CachePolicy none() {
        return NONE;
    }

    /**
     * The result may come from a cache until {@code ttl} after it was read.
     *
     * @param ttl positive
     */
    public static CachePolicy cached(Duration ttl) {
        return new CachePolicy(positive("ttl", ttl), Duration.ZERO, Duration.ZERO);
    }

    /**
     * A copy of this policy: the cache also returns an expired result for some time, and reads the result again meanwhile.
     *
     * @param longer positive; counted from the end of the ttl
     * @throws IllegalStateException without a ttl
     */
    public CachePolicy staleWhileRevalidate(Duration longer) {
        checkCached("staleWhileRevalidate");
        return new CachePolicy(ttl, positive("staleWhileRevalidate", longer), staleIfError);
    }

    /**
     * A copy of this policy: the cache also returns an expired result for some time when reading it again fails.
     *
     * @param longer positive; counted from the end of the ttl
     * @throws IllegalStateException without a ttl
     */
    public CachePolicy staleIfError(Duration longer) {
        checkCached("staleIfError");
        return new CachePolicy(ttl, staleWhileRevalidate, positive("staleIfError", longer));
    }

    private void checkCached(String name) {
        if (!isCached()) {
            throw new IllegalStateException(name + " needs a cache; call cached(ttl) first");
        }
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
        }
        return value;
    }

    /** Whether the result may come from a cache. */
    public boolean isCached() {
        return !ttl.isZero();
    }

    /** How long a result is fresh; zero without a cache. */
    public Duration ttl() {
        return ttl;
    }

    /** How long after the ttl an expired result is returned while it is read again; zero if never. */
    public Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    /** How long after the ttl an expired result is returned when reading it again fails; zero if never. */
    public Duration staleIfError() {
        return staleIfError;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CachePolicy that
                && ttl.equals(that.ttl)
                && staleWhileRevalidate.equals(that.staleWhileRevalidate)
                && staleIfError.equals(that.staleIfError);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ttl, staleWhileRevalidate, staleIfError);
    }

    @Override
    public String toString() {
        return isCached()
                ? "CachePolicy[ttl=" + ttl + ", staleWhileRevalidate=" + staleWhileRevalidate + ", staleIfError="
                        + staleIfError + "]"
                : "CachePolicy[none]";
    }
}
