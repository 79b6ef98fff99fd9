package io.headgate.routing;

import io.headgate.core.Consistency;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of routing. Immutable: each setter returns new options. */
public final class RoutingOptions {

    private static final Duration LONGEST = Duration.ofDays(1);

    private static final RoutingOptions DEFAULTS = new RoutingOptions(
            ReadPreference.PREFER_REPLICA,
            Consistency.readYourWrites(),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            Set.of(),
            Set.of());

    private final ReadPreference preference;
    private final Consistency consistency;
    private final @Nullable Duration maxLag;
    private final Duration replicaWait;
    private final Duration failoverWait;
    private final Set<String> readFunctions;
    private final Set<String> writeFunctions;

    private RoutingOptions(
            ReadPreference preference,
            Consistency consistency,
            @Nullable Duration maxLag,
            Duration replicaWait,
            Duration failoverWait,
            Set<String> readFunctions,
            Set<String> writeFunctions) {
        this.preference = preference;
        this.consistency = consistency;
        this.maxLag = maxLag;
        this.replicaWait = replicaWait;
        this.failoverWait = failoverWait;
        this.readFunctions = readFunctions;
        this.writeFunctions = writeFunctions;
    }

    /** The defaults, which each setter names. */
    public static RoutingOptions defaults() {
        return DEFAULTS;
    }

    /** Where reads go; default {@link ReadPreference#PREFER_REPLICA}. */
    public RoutingOptions preference(ReadPreference where) {
        return new RoutingOptions(
                Objects.requireNonNull(where, "where"),
                consistency,
                maxLag,
                replicaWait,
                failoverWait,
                readFunctions,
                writeFunctions);
    }

    /** The consistency of reads that do not say which they need; default {@link Consistency#readYourWrites}. */
    public RoutingOptions consistency(Consistency ofReads) {
        return new RoutingOptions(
                preference,
                Objects.requireNonNull(ofReads, "ofReads"),
                maxLag,
                replicaWait,
                failoverWait,
                readFunctions,
                writeFunctions);
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
        return new RoutingOptions(
                preference, consistency, age, replicaWait, failoverWait, readFunctions, writeFunctions);
    }

    /**
     * How long a read waits for a replica to replay what its session has written, before it goes to the primary.
     *
     * @param atMost 0 to a day; default 50 ms: a replica that replays without delay needs a few
     */
    public RoutingOptions replicaWait(Duration atMost) {
        check("replicaWait", atMost, false);
        return new RoutingOptions(preference, consistency, maxLag, atMost, failoverWait, readFunctions, writeFunctions);
    }

    /**
     * How long a call that was surely not executed waits for a primary, or for any node that may serve it.
     *
     * @param atMost 0 to a day; default 10 s: a failover takes seconds
     */
    public RoutingOptions failoverWait(Duration atMost) {
        check("failoverWait", atMost, false);
        return new RoutingOptions(preference, consistency, maxLag, replicaWait, atMost, readFunctions, writeFunctions);
    }

    /**
     * Names of volatile functions that only read. PostgreSQL takes a function for volatile unless it is declared otherwise; better declare it
     * {@code STABLE}.
     *
     * @param names without schema, as in the catalog; default none
     */
    public RoutingOptions readFunctions(String... names) {
        return new RoutingOptions(
                preference, consistency, maxLag, replicaWait, failoverWait, Set.of(names), writeFunctions);
    }

    /**
     * Names of functions that must run on the primary though they are not volatile, such as one that calls another that writes.
     *
     * @param names without schema, as in the catalog; default none
     */
    public RoutingOptions writeFunctions(String... names) {
        return new RoutingOptions(
                preference, consistency, maxLag, replicaWait, failoverWait, readFunctions, Set.of(names));
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

    Set<String> readFunctions() {
        return readFunctions;
    }

    Set<String> writeFunctions() {
        return writeFunctions;
    }

    @Override
    public String toString() {
        return "RoutingOptions[" + preference + ", " + consistency + ", maxLag=" + maxLag + ", replicaWait="
                + replicaWait + ", failoverWait=" + failoverWait + "]";
    }
}
