package io.headgate.routing;

import io.headgate.core.Consistency;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of routing. Each setter checks its value at once. Not safe for use by several threads. */
public final class RoutingOptionsBuilder {

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration SHORTEST_FAILOVER_WAIT = Duration.ofSeconds(4);

    private ReadPreference preference = ReadPreference.PREFER_REPLICA;
    private Consistency consistency = Consistency.readYourWrites();
    private @Nullable Duration maxLag = Duration.ofSeconds(30);
    private Duration replicaWait = Duration.ofMillis(50);
    private Duration failoverWait = Duration.ofSeconds(10);
    private @Nullable String zone;
    private Set<String> readFunctions = Set.of();
    private Set<String> writeFunctions = Set.of();
    private int maxReadsOnPrimary;

    RoutingOptionsBuilder() {}

    /** Where reads go; default {@link ReadPreference#PREFER_REPLICA}. */
    public RoutingOptionsBuilder preference(ReadPreference where) {
        preference = Objects.requireNonNull(where, "preference");
        return this;
    }

    /** The consistency of reads that do not say which they need; default {@link Consistency#readYourWrites}. */
    public RoutingOptionsBuilder consistency(Consistency ofReads) {
        consistency = Objects.requireNonNull(ofReads, "consistency");
        return this;
    }

    /**
     * A replica that is known to be further behind gets no reads, whatever their consistency.
     *
     * @param age positive, at most a day; default 30 s, more than a replica that works is ever behind; null for no limit
     */
    public RoutingOptionsBuilder maxLag(@Nullable Duration age) {
        if (age != null) {
            check("maxLag", age, true);
        }
        maxLag = age;
        return this;
    }

    /**
     * How long a read waits for a replica to replay what its session has written, before it goes to the primary.
     *
     * @param atMost 0 to a day; default 50 ms: a replica that replays without delay needs a few
     */
    public RoutingOptionsBuilder replicaWait(Duration atMost) {
        check("replicaWait", atMost, false);
        replicaWait = atMost;
        return this;
    }

    /**
     * How long a call that was surely not executed waits for a primary, or for any node that may serve it.
     *
     * @param atMost 4 s, the time in which each node is asked once more, to a day; default 10 s: a failover takes seconds
     */
    public RoutingOptionsBuilder failoverWait(Duration atMost) {
        check("failoverWait", atMost, false);
        if (atMost.compareTo(SHORTEST_FAILOVER_WAIT) < 0) {
            throw new IllegalArgumentException("failoverWait is " + atMost + "; it must be at least "
                    + SHORTEST_FAILOVER_WAIT + ", the time in which each node is asked once more");
        }
        failoverWait = atMost;
        return this;
    }

    /**
     * Where the client is. A node elsewhere ({@link io.headgate.core.topology.Node#zone}) gets a read when those of this zone are four times
     * as busy.
     *
     * @param name such as an availability zone; default null: it does not matter
     */
    public RoutingOptionsBuilder zone(@Nullable String name) {
        zone = name;
        return this;
    }

    /**
     * Names of volatile functions that only read. PostgreSQL takes a function for volatile unless it is declared otherwise; better declare it
     * {@code STABLE}.
     *
     * @param names without schema, as in the catalog; default none
     */
    public RoutingOptionsBuilder readFunctions(String... names) {
        readFunctions = functions("readFunctions", names);
        return this;
    }

    /**
     * Names of functions that must run on the primary though they are not volatile, such as one that calls another that writes.
     *
     * @param names without schema, as in the catalog; default none
     */
    public RoutingOptionsBuilder writeFunctions(String... names) {
        writeFunctions = functions("writeFunctions", names);
        return this;
    }

    /**
     * Most reads at once that the primary takes because no replica can; one more is refused at once. It protects the primary from the
     * load of all replicas.
     *
     * @param reads 1 or more; default 0: no limit but that of the pool
     */
    public RoutingOptionsBuilder maxReadsOnPrimary(int reads) {
        if (reads < 0) {
            throw new IllegalArgumentException("maxReadsOnPrimary is " + reads + "; it must be 0 or more");
        }
        maxReadsOnPrimary = reads;
        return this;
    }

    private static void check(String name, Duration value, boolean positive) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || (positive && value.isZero()) || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be "
                    + (positive ? "over 0 and at most " : "from 0 to ") + LONGEST);
        }
    }

    private static Set<String> functions(String setting, String... names) {
        for (String each : names) {
            if (Objects.requireNonNull(each, setting).isBlank()) {
                throw new IllegalArgumentException(
                        setting + " has a blank name; each must be that of a function, without schema");
            }
        }
        return Set.copyOf(Arrays.asList(names));
    }

    /** The settings. */
    public RoutingOptions build() {
        readFunctions.stream().filter(writeFunctions::contains).findFirst().ifPresent(both -> {
            throw new IllegalArgumentException(
                    "the function " + both + " is among readFunctions and writeFunctions; name it in one of them");
        });
        return new RoutingOptions(
                preference,
                consistency,
                maxLag,
                replicaWait,
                failoverWait,
                zone,
                readFunctions,
                writeFunctions,
                maxReadsOnPrimary);
    }
}
