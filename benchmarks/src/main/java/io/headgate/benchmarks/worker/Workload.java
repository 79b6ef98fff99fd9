package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.Item;
import io.headgate.benchmarks.contender.Scenario;
import java.util.random.RandomGenerator;

/**
 * A caller's next request, and its pause.
 *
 * @param scenario the scenario
 * @param slowStatements whether {@link Scenario#MIXED} includes the slow statements
 */
record Workload(Scenario scenario, boolean slowStatements) {

    /** One statement in twenty is slow. */
    private static final int ONE_SLOW_IN = 20;

    /** One call in twenty is a transaction. */
    private static final int ONE_TRANSACTION_IN = 20;

    /** Every other statement is an update. */
    private static final int ONE_UPDATE_IN = 2;

    /** Rows of {@link Scenario#UPDATE_HOT}. */
    private static final int HOT_ROWS = 10;

    enum Request {
        LOOKUP,
        MULTI,
        INSERT,
        UPDATE,
        SLOW,
        TRANSACTION,
        SCRIPT
    }

    Request draw(RandomGenerator random) {
        return switch (scenario) {
            case TRANSACTION -> Request.TRANSACTION;
            case SCRIPT -> Request.SCRIPT;
            case MIXED -> slowStatements && random.nextInt(ONE_SLOW_IN) == 0 ? Request.SLOW : Request.LOOKUP;
            case SPRING -> random.nextInt(ONE_TRANSACTION_IN) == 0 ? Request.TRANSACTION : Request.LOOKUP;
            case MULTI -> Request.MULTI;
            case UPDATE -> Request.UPDATE;
            case INSERT -> Request.INSERT;
            case UPDATE_HOT -> random.nextInt(ONE_UPDATE_IN) == 0 ? Request.UPDATE : Request.LOOKUP;
            case LOOKUP, REPLICAS, USERS -> Request.LOOKUP;
            case BULK -> throw new IllegalStateException("bulk loads are not made by callers");
        };
    }

    /** The row of a request. */
    long drawId(Request request, RandomGenerator random) {
        boolean hot = scenario == Scenario.UPDATE_HOT && request == Request.UPDATE;
        return random.nextLong(1, (hot ? HOT_ROWS : Item.COUNT) + 1L);
    }

    /** The rows of a call with many look-ups. */
    long[] drawIds(RandomGenerator random) {
        return random.longs(Scenario.LOOKUPS_OF_A_CALL, 1, Item.COUNT + 1L).toArray();
    }

    /** Whether latencies of updates count, or only those of look-ups. */
    boolean timesUpdates() {
        return scenario == Scenario.UPDATE;
    }

    boolean thinks() {
        return scenario == Scenario.USERS;
    }

    /** Uniform between 0.5 and 1.5 s: 1 s in the mean. */
    long thinkMillis(RandomGenerator random) {
        return random.nextLong(500, 1_501);
    }
}
