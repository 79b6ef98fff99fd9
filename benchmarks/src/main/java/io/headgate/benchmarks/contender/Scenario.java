package io.headgate.benchmarks.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the callers do. */
public enum Scenario {
    /** One row by primary key, from 100,000. */
    LOOKUP(64),
    /** Look-ups, and among twenty statements one that takes 20 ms. */
    MIXED(64),
    /** Calls of twenty look-ups each, all of them at once, as a page needs them that shows many things. */
    MULTI(64),
    /** Select, update and select in one transaction. */
    TRANSACTION(64),
    /** The three statements of a transaction without a look at answers in between, in one round trip where the library can. */
    SCRIPT(64),
    /** An update of one row out of 100,000, each in a transaction of its own. */
    UPDATE(64),
    /** Every other statement updates one of ten rows, the rest are look-ups: what those wait for updates that collide. */
    UPDATE_HOT(64),
    /** An insert of one row into a growing table, each in a transaction of its own. */
    INSERT(64),
    /** A Spring Data application: look-ups by a repository, and among twenty calls one of a transactional method. */
    SPRING(64),
    /** Inserting 100,000 rows again and again; counts rows. */
    BULK(1),
    /** Users who pause between look-ups, over several instances of the service that share one PgBouncer. */
    USERS(10_000);

    /** Look-ups of a call of {@link #MULTI}. */
    public static final int LOOKUPS_OF_A_CALL = 20;

    private final int defaultCallers;

    Scenario(int defaultCallers) {
        this.defaultCallers = defaultCallers;
    }

    /** Callers, over all processes, unless told otherwise. */
    public int defaultCallers() {
        return defaultCallers;
    }

    /** How long a process runs before it is measured, unless told otherwise: until the JIT compiler has come to rest. */
    public int defaultWarmUpMillis() {
        return switch (this) {
            // five processes share two cores, and each serves a fifth of the load
            case USERS -> 40_000;
            // several times the code
            case SPRING -> 20_000;
            default -> 8_000;
        };
    }

    /** As it is written on the command line and in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Every scenario's key, for messages. */
    public static String keys() {
        return Arrays.stream(values()).map(Scenario::key).collect(Collectors.joining(", "));
    }
}
