package io.headgate.driver.netty;

import org.jspecify.annotations.Nullable;

/** One transaction, from begin to end. Confined to the connection's event loop. */
final class Transaction {

    private @Nullable Throwable failure;
    private boolean endedUnexpectedly;
    private boolean commitSent;

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
