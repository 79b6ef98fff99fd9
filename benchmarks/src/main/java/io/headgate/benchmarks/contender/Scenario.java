package io.headgate.benchmarks.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The work of the callers. */
public enum Scenario {
    /** One row by primary key, from 100,000. */
    LOOKUP(64),
    /** Look-ups, with one statement in twenty that takes 20 ms. */
    MIXED(64),
    /** Calls of twenty concurrent look-ups each, as for a page with many parts. */
    MULTI(64),
    /** Select, update and select in one transaction. */
    TRANSACTION(64),
    /** The three statements of a transaction, sent without reading answers in between, in one round trip if the library can. */
    SCRIPT(64),
    /** An update of one row out of 100,000, each in a transaction of its own. */
    UPDATE(64),
    /** Every other statement updates one of ten rows, the others are look-ups: measures how long look-ups wait for colliding updates. */
    UPDATE_HOT(64),
    /** An insert of one row into a growing table, each in a transaction of its own. */
    INSERT(64),
    /** Look-ups over a primary and two replicas, or on the primary alone, while another client writes. */
    REPLICAS(64),
    /** A Spring Data application: look-ups by a repository, and one call in twenty of a transactional method. */
    SPRING(64),
    /** Inserts 100,000 rows repeatedly; counts rows. */
    BULK(1),
    /** Users that pause between look-ups, over several instances of the service that share one PgBouncer. */
    USERS(10_000);

    /** Look-ups in a call of {@link #MULTI}. */
    public static final int LOOKUPS_OF_A_CALL = 20;

    private final int defaultCallers;

    Scenario(int defaultCallers) {
        this.defaultCallers = defaultCallers;
    }

    /** Default number of callers over all processes. */
    public int defaultCallers() {
        return defaultCallers;
    }

    /** Default time before a process is measured: until the JIT compiler is done. */
    public int defaultWarmUpMillis() {
        return switch (this) {
            // five processes share two cores, and each serves a fifth of the load
            case USERS -> 40_000;
            // several times the code
            case SPRING -> 20_000;
            default -> 8_000;
        };
    }

    /** The name on the command line and in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Every scenario's key, for messages. */
    public static String keys() {
        return Arrays.stream(values()).map(Scenario::key).collect(Collectors.joining(", "));
    }
}
