package io.headgate.benchmarks.contender;

/**
 * A library under test, open with its own pool. Safe for use by many threads. Answers go to a {@link Reply}, a plain callback,
 * so that no library pays for a conversion to another future type.
 */
public interface Contender extends AutoCloseable {

    /** The slow statement of {@link Scenario#MIXED}: 20 ms. */
    String SLOW = "SELECT 1 FROM pg_sleep(0.02)";

    /** Runs a caller's loop where this library's users run their code: on this thread, an event loop, or a new thread. */
    default void launch(Runnable loop) {
        loop.run();
    }

    /** Reads the row of an id. */
    void lookup(long id, Reply<Item> reply);

    /** Reads the rows of several ids, all at once; answers whether each was the right one. */
    default void multi(long[] ids, Reply<Boolean> reply) {
        new ManyLookups(ids, reply).begin(this);
    }

    /** Runs {@link #SLOW}. */
    default void slow(Reply<Integer> reply) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no part in this scenario");
    }

    /** Selects, updates and selects the account of an id in one transaction. */
    default void transaction(long id, Reply<Change> reply) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no part in this scenario");
    }

    /** As {@link #transaction}, by statements that do not need one another's results. */
    default void script(long id, Reply<Change> reply) {
        transaction(id, reply);
    }

    /** Updates the account of an id, in its own transaction; answers with the number of rows. */
    default void update(long id, Reply<Long> reply) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no part in this scenario");
    }

    /** Inserts an event of an item, in its own transaction; answers with the number of rows. */
    default void insert(long id, Reply<Long> reply) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no part in this scenario");
    }

    @Override
    void close();
}
