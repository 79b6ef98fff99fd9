package io.headgate.driver.netty;

import org.jspecify.annotations.Nullable;

/** One transaction, from begin to end. Confined to the connection's event loop. */
final class Transaction {

    private @Nullable Throwable failure;
    private boolean endedUnexpectedly;
    private boolean commitSent;
    private boolean mayWrite;
    private boolean copyFailed;

    /** Stores the error that aborted it. Only the first one is kept. */
    void failed(Throwable error) {
        if (failure == null) {
            failure = error;
        }
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /** A statement of it may have written: it is no proven read. */
    void mayWrite() {
        mayWrite = true;
    }

    /** Whether it has more than proven reads. */
    boolean hasWrites() {
        return mayWrite;
    }

    /** A COPY of it has failed. */
    void copyFailed() {
        copyFailed = true;
    }

    boolean hasFailedCopy() {
        return copyFailed;
    }

    /** Its COMMIT follows the statements that were sent before. */
    void commitSent() {
        commitSent = true;
    }

    boolean isCommitSent() {
        return commitSent;
    }

    /** The server has ended it without COMMIT or ROLLBACK, by a fault of the pooler or of this driver. */
    void endUnexpectedly() {
        endedUnexpectedly = true;
    }

    boolean hasEndedUnexpectedly() {
        return endedUnexpectedly;
    }
}
