package io.headgate.client;

import io.headgate.core.SqlExecutor;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.pool.guard.TransactionModeGuard;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The layers of a client: each call passes them on its way to a node's pool. To add one, extend {@link
 * io.headgate.core.ForwardingExecutor}, have it pass {@code LayerContract}, and add a line here.
 */
final class Layers {

    private Layers() {}

    /** The layers in order, outermost first. */
    static SqlExecutor around(SqlExecutor node, HeadgateConfig config, SqlDriver driver) {
        return stack(
                List.of(
                        next -> new CallerLoops(next, driver::callerLoop),
                        next -> config.listener() == DataAccessListener.NONE
                                ? next
                                : new TransactionObservations(next, config.listener()),
                        next -> config.optionComments() ? new OptionComments(next) : next,
                        next -> new TransactionDefaults(next),
                        next -> new TransactionModeGuard(next, config.guardPolicy())),
                node);
    }

    /**
     * Nests the layers.
     *
     * @param outermostFirst creates each layer around the next one
     */
    static SqlExecutor stack(List<UnaryOperator<SqlExecutor>> outermostFirst, SqlExecutor innermost) {
        SqlExecutor outermost = innermost;
        for (int i = outermostFirst.size() - 1; i >= 0; i--) {
            outermost = outermostFirst.get(i).apply(outermost);
        }
        return outermost;
    }
}
