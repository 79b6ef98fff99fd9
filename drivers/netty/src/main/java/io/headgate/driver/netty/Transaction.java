package io.headgate.driver.netty;

import org.jspecify.annotations.Nullable;

/** A transaction of one owner, from its begin to its end. Confined to the connection's event loop. */
final class Transaction {

    private @Nullable Throwable failure;
    private boolean endedUnasked;
    private boolean commitSent;

    /** Notes the error that aborted it; the first counts. */
    void failed(Throwable error) {
        if (failure == null) {
            failure = error;
        }
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Its COMMIT goes behind what was sent of it. */
    void commitSent() {
        commitSent = true;
    }

    boolean isCommitSent() {
        return commitSent;
    }

    /** The server has ended it though nobody asked: by a fault of a pooler's, or of ours. */
    void endUnasked() {
        endedUnasked = true;
    }

    boolean hasEndedUnasked() {
        return endedUnasked;
    }
}
