package io.headgate.pool;

import java.util.ArrayList;
import java.util.List;

/**
 * The savepoints of a transaction, innermost last. A name may be taken again, and hides the one before until it is released.
 * PostgreSQL closes the cursors that were opened after a savepoint when it rolls back to it. Safe for use by many threads.
 */
final class OpenSavepoints {

    private record Savepoint(String name, LeftOverStreams.Mark begun) {}

    private final List<Savepoint> savepoints = new ArrayList<>(0);

    synchronized void begin(String name, LeftOverStreams.Mark now) {
        savepoints.add(new Savepoint(name, now));
    }

    /** It and those inside it are gone; their streams go on. */
    synchronized void release(String name) {
        int at = find(name);
        if (at >= 0) {
            dropFrom(at);
        }
    }

    /** Ends the streams that began after it. It stays; those inside it are gone. */
    void rollback(String name) {
        Savepoint found;
        synchronized (this) {
            int at = find(name);
            if (at < 0) {
                return;
            }
            dropFrom(at + 1);
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

    private void dropFrom(int at) {
        savepoints.subList(at, savepoints.size()).clear();
    }
}
