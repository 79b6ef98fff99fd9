package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws from the work it is told of: logs it and goes on. */
public final class GuardedListener implements DataAccessListener {

    private static final Logger logger = LoggerFactory.getLogger(GuardedListener.class);

    private final DataAccessListener listener;

    private GuardedListener(DataAccessListener listener) {
        this.listener = listener;
    }

    /** What tells a listener, and survives it. */
    public static DataAccessListener of(DataAccessListener listener) {
        return listener == NONE || listener instanceof GuardedListener ? listener : new GuardedListener(listener);
    }

    @Override
    public void statementCompleted(String node, SqlStatement statement, long nanos, @Nullable Throwable error) {
        tell(() -> listener.statementCompleted(node, statement, nanos, error));
    }

    @Override
    public void statementHealed(String node, SqlStatement statement, String sqlState) {
        tell(() -> listener.statementHealed(node, statement, sqlState));
    }

    @Override
    public void connectionOpened(String node, long nanos) {
        tell(() -> listener.connectionOpened(node, nanos));
    }

    @Override
    public void connectionFailed(String node, Throwable error) {
        tell(() -> listener.connectionFailed(node, error));
    }

    @Override
    public void connectionClosed(String node, CloseReason reason) {
        tell(() -> listener.connectionClosed(node, reason));
    }

    @Override
    public void acquired(String node, long nanos) {
        tell(() -> listener.acquired(node, nanos));
    }

    @Override
    public void acquireFailed(String node, Throwable error) {
        tell(() -> listener.acquireFailed(node, error));
    }

    @Override
    public void leaseLeaked(String node, String report) {
        tell(() -> listener.leaseLeaked(node, report));
    }

    @Override
    public void cancelled(String node) {
        tell(() -> listener.cancelled(node));
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            // errors of linkage and the like too: the caller would wait for an answer that is never passed on
            logger.warn("a DataAccessListener threw; it should not", thrown);
        }
    }
}
