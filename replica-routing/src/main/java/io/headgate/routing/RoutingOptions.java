package io.headgate.routing;

import io.headgate.core.Consistency;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settings of routing. Immutable: each setter returns new options. */
public final class RoutingOptions {

    private static final Duration LONGEST = Duration.ofDays(1);

    private static final RoutingOptions DEFAULTS = new RoutingOptions(
            ReadPreference.PREFER_REPLICA,
            Consistency.readYourWrites(),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofSeconds(10));

    private final ReadPreference preference;
    private final Consistency consistency;
    private final @Nullable Duration maxLag;
    private final Duration replicaWait;
    private final Duration failoverWait;

    private RoutingOptions(
            ReadPreference preference,
            Consistency consistency,
            @Nullable Duration maxLag,
            Duration replicaWait,
            Duration failoverWait) {
        this.preference = preference;
        this.consistency = consistency;
        this.maxLag = maxLag;
        this.replicaWait = replicaWait;
        this.failoverWait = failoverWait;
    }

    /** The defaults, which each setter names. */
    public static RoutingOptions defaults() {
        return DEFAULTS;
    }

    /** Where reads go; default {@link ReadPreference#PREFER_REPLICA}. */
    public RoutingOptions preference(ReadPreference where) {
        return new RoutingOptions(
                Objects.requireNonNull(where, "where"), consistency, maxLag, replicaWait, failoverWait);
    }

    /** The consistency of reads that do not say which they need; default {@link Consistency#readYourWrites}. */
    public RoutingOptions consistency(Consistency ofReads) {
        return new RoutingOptions(
                preference, Objects.requireNonNull(ofReads, "ofReads"), maxLag, replicaWait, failoverWait);
    }

    /**
     * A replica that is known to be further behind gets no reads, whatever their consistency.
     *
     * @param age positive; default 30 s, more than a replica that works is ever behind; null for no limit
     */
    public RoutingOptions maxLag(@Nullable Duration age) {
        if (age != null) {
            check("maxLag", age, true);
        }
        return new RoutingOptions(preference, consistency, age, replicaWait, failoverWait);
    }

    /**
     * How long a read waits for a replica to replay what its session has written, before it goes to the primary.
     *
     * @param atMost 0 to a day; default 50 ms: a replica that replays without delay needs a few
     */
    public RoutingOptions replicaWait(Duration atMost) {
        check("replicaWait", atMost, false);
        return new RoutingOptions(preference, consistency, maxLag, atMost, failoverWait);
    }

    /**
     * How long a call that was surely not executed waits for a primary, or for any node that may serve it.
     *
     * @param atMost 0 to a day; default 10 s: a failover takes seconds
     */
    public RoutingOptions failoverWait(Duration atMost) {
        check("failoverWait", atMost, false);
        return new RoutingOptions(preference, consistency, maxLag, replicaWait, atMost);
    }

    private static void check(String name, Duration value, boolean positive) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || (positive && value.isZero()) || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be "
                    + (positive ? "over 0 and at most " : "from 0 to ") + LONGEST);
        }
    }

    ReadPreference preference() {
        return preference;
    }

    Consistency consistency() {
        return consistency;
    }

    @Nullable
    Duration maxLag() {
        return maxLag;
    }

    Duration replicaWait() {
        return replicaWait;
    }

    Duration failoverWait() {
        return failoverWait;
    }

    @Override
    public String toString() {
        return "RoutingOptions[" + preference + ", " + consistency + ", maxLag=" + maxLag + ", replicaWait="
                + replicaWait + ", failoverWait=" + failoverWait + "]";
    }
}
