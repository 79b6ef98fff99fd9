package io.headgate.pool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The savepoints of a transaction, innermost first. A name may be taken again, and hides the one before until it is released.
 * PostgreSQL closes the cursors that were opened after a savepoint when it rolls back to it. Safe for use by many threads.
 */
final class OpenSavepoints {

    private record Savepoint(String name, LeftOverStreams.Mark begun) {}

    private final Deque<Savepoint> savepoints = new ArrayDeque<>(1);

    synchronized void begin(String name, LeftOverStreams.Mark now) {
        savepoints.push(new Savepoint(name, now));
    }

    /** It and those inside it are gone; their streams go on. */
    synchronized void release(String name) {
        if (find(name)) {
            savepoints.pop();
        }
    }

    /** Ends the streams that began after it. It stays; those inside it are gone. */
    void rollback(String name) {
        Savepoint found;
        synchronized (this) {
            found = find(name) ? savepoints.peek() : null;
        }
        if (found != null) {
            found.begun.endLater();
        }
    }

    /** Drops those inside the one of this name; false, and drops none, when there is none. The server then has the error. */
    private boolean find(String name) {
        if (savepoints.stream().noneMatch(each -> each.name.equals(name))) {
            return false;
        }
        while (!savepoints.getFirst().name.equals(name)) {
            savepoints.pop();
        }
        return true;
    }
}
