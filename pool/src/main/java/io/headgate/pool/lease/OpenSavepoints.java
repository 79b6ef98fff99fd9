package io.headgate.pool.lease;

import java.util.ArrayList;
import java.util.List;

/**
 * The savepoints of a transaction, innermost last. A name may be taken again, and hides the one before until it is released.
 * PostgreSQL closes the cursors that were opened after a savepoint when it rolls back to it. Safe for use by many threads.
 */
final class OpenSavepoints {

    private final List<Savepoint> savepoints = new ArrayList<>(0);

    /** One that was begun. */
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
     * It and those inside it are gone; their streams go on.
     *
     * @return undoes that, when the server refused to release it
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

    /** Ends the streams that began after it. It stays; those inside it are gone. */
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

    /** Where the innermost of this name is, or -1 when there is none: the server then has the error. */
    private int find(String name) {
        int at = savepoints.size() - 1;
        while (at >= 0 && !savepoints.get(at).name.equals(name)) {
            at--;
        }
        return at;
    }
}
