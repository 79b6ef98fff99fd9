package io.headgate.testkit.consistency;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a {@link ConsistencyChecker} needs of a database: sets of numbers, each under a key. A table {@code (key bigint, value bigint)} without
 * a unique constraint will do. The methods may be called on any thread, and must not block; a session has one call at a time.
 */
public interface CheckedDatabase {

    /**
     * Adds a value to a key. No value is added twice.
     *
     * @param session the number of the user, from 0
     * @return completes when the write is acknowledged, fails if it is not
     */
    CompletionStage<?> append(int session, long key, long value);

    /**
     * Reads the values of a key as a user does, such as on a replica.
     *
     * @param session the number of the user, from 0
     * @return the values in any order
     */
    CompletionStage<List<Long>> read(int session, long key);

    /** Reads the values of a key where they surely are, after all sessions have ended: on the primary. */
    CompletionStage<List<Long>> readAtTheEnd(long key);

    /** Whether an append that failed was certainly not executed. By default it is not known. */
    default boolean isNotExecuted(Throwable failure) {
        return false;
    }
}
