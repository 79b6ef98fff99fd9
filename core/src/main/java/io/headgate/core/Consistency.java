package io.headgate.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The maximum age of the state that a read sees. Immutable. */
public final class Consistency {

    private static final Consistency EVENTUAL = new Consistency(Level.EVENTUAL, null);
    private static final Consistency READ_YOUR_WRITES = new Consistency(Level.READ_YOUR_WRITES, null);
    private static final Consistency STRONG = new Consistency(Level.STRONG, null);

    /** The levels, from the weakest to the strongest. */
    public enum Level {
        /** Any age. */
        EVENTUAL,
        /** No older than a bound. */
        BOUNDED_STALENESS,
        /** Includes the last write and the last read of the caller's session. */
        READ_YOUR_WRITES,
        /** The state of the primary. */
        STRONG
    }

    private final Level level;
    private final @Nullable Duration staleness;

    private Consistency(Level level, @Nullable Duration staleness) {
        this.level = level;
        this.staleness = staleness;
    }

    /** Any replica, whatever its lag. */
    public static Consistency eventual() {
        return EVENTUAL;
    }

    /**
     * A state no older than a bound.
     *
     * @param atMost positive
     */
    public static Consistency boundedStaleness(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException(
                    "the bound of staleness is " + atMost + "; it must be positive, or use strong()");
        }
        return new Consistency(Level.BOUNDED_STALENESS, atMost);
    }

    /** A state that includes everything that the caller's session has written and read. */
    public static Consistency readYourWrites() {
        return READ_YOUR_WRITES;
    }

    /** The state of the primary. */
    public static Consistency strong() {
        return STRONG;
    }

    /** The level. */
    public Level level() {
        return level;
    }

    /** The bound of {@link Level#BOUNDED_STALENESS}; null for the other levels. */
    public @Nullable Duration staleness() {
        return staleness;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Consistency that && level == that.level && Objects.equals(staleness, that.staleness);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, staleness);
    }

    @Override
    public String toString() {
        return staleness == null ? level.toString() : level + "(" + staleness + ")";
    }
}
