package io.headgate.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How old the state may be that a read sees. Immutable. */
public final class Consistency {

    private static final Consistency EVENTUAL = new Consistency(Level.EVENTUAL, null);
    private static final Consistency READ_YOUR_WRITES = new Consistency(Level.READ_YOUR_WRITES, null);
    private static final Consistency STRONG = new Consistency(Level.STRONG, null);

    /** The levels, the weakest first. */
    public enum Level {
        /** Any age. */
        EVENTUAL,
        /** No older than a bound. */
        BOUNDED_STALENESS,
        /** No older than the last write and the last read of the caller's session. */
        READ_YOUR_WRITES,
        /** What the primary has. */
        STRONG
    }

    private final Level level;
    private final @Nullable Duration staleness;

    private Consistency(Level level, @Nullable Duration staleness) {
        this.level = level;
        this.staleness = staleness;
    }

    /** Any replica, however far behind. */
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

    /** A state that has what the caller's session wrote and what it has read. */
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

    /** The bound of {@link Level#BOUNDED_STALENESS}, else null. */
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
