package io.headgate.pool.lease;

import java.util.ArrayList;
import java.util.List;

/**
 * The savepoints of a transaction, innermost last. A name may be reused; it hides the earlier savepoint until it is released.
 * PostgreSQL closes the cursors that were opened after a savepoint when it rolls back to it. Safe for use by many threads.
 */
final class OpenSavepoints {

    private final List<Savepoint> savepoints = new ArrayList<>(0);

    /** A savepoint that was begun. */
    static final class Savepoint {

        private final String name;
        private final LeftOverStreams.Mark begun;

        private Savepoint(String name, LeftOverStreams.Mark begun) {
            this.name = name;
            this.begun = begun;
        }
    }

    synchronized Savepoint begin(String name, LeftOverStreams.Mark now) {
        Savepoint begins = new Savepoint(name, now);
        savepoints.add(begins);
        return begins;
    }

    /** The server refused to begin it. */
    synchronized void refused(Savepoint begun) {
        savepoints.remove(begun);
    }

    /**
     * Removes the savepoint and those inside it; their streams continue.
     *
     * @return undoes the removal, if the server refused the release
     */
    synchronized Runnable release(String name) {
        int at = find(name);
        if (at < 0) {
            return () -> {};
        }
        List<Savepoint> inside = savepoints.subList(at, savepoints.size());
        List<Savepoint> gone = List.copyOf(inside);
        inside.clear();
        return () -> {
            synchronized (this) {
                savepoints.addAll(Math.min(at, savepoints.size()), gone);
            }
        };
    }

    /** Ends the streams that began after the savepoint. Keeps the savepoint and removes those inside it. */
    void rollback(String name) {
        Savepoint found;
        synchronized (this) {
            int at = find(name);
            if (at < 0) {
                return;
            }
            savepoints.subList(at + 1, savepoints.size()).clear();
            found = savepoints.get(at);
        }
        found.begun.endLater();
    }

    /** The index of the innermost savepoint of this name, or -1 if there is none: the server then reports the error. */
    private int find(String name) {
        int at = savepoints.size() - 1;
        while (at >= 0 && !savepoints.get(at).name.equals(name)) {
            at--;
        }
        return at;
    }
}
