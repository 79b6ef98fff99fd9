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

    /** The bound on the age of the state; null if there is none. */
    public @Nullable Duration staleness() {
        return staleness;
    }

    /** What meets both: a read that needs several levels, such as one of several statements that are sent together. */
    public Consistency and(Consistency other) {
        if (equals(other)) {
            return this;
        }
        Level stricter = level.compareTo(other.level) >= 0 ? level : other.level;
        if (stricter == Level.STRONG) {
            return STRONG;
        }
        boolean mine = other.staleness == null || (staleness != null && staleness.compareTo(other.staleness) <= 0);
        return new Consistency(stricter, mine ? staleness : other.staleness);
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
