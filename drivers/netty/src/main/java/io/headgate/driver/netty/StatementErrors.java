package io.headgate.driver.netty;

import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** Makes the errors of statements, with the known effect of each. Confined to the connection's event loop. */
final class StatementErrors {

    private final Node node;

    StatementErrors(Node node) {
        this.node = node;
    }

    /** The error of a statement. In a transaction it is stored as the error that aborted the transaction. */
    HeadgateException failure(ServerError error, String sql, @Nullable Transaction within) {
        Effect effect = within != null ? Effect.NONE : StatementCatalog.of(sql).effect();
        HeadgateException failure = ErrorTable.toException(error, node, sql, effect, null);
        if (within != null) {
            within.failed(failure);
        }
        return failure;
    }

    /** The error of a statement whose connection was lost. */
    HeadgateException lost(
            @Nullable ServerError fatal, String why, String sql, @Nullable Transaction within, boolean sent) {
        if (!sent) {
            return notSent(fatal, why);
        }
        return lost(
                fatal,
                why,
                sql,
                within != null && !within.isCommitSent()
                        ? Effect.NONE
                        : StatementCatalog.of(sql).effect());
    }

    /** The error of an unsent statement. A fatal error of the server concerns another statement. */
    HeadgateException notSent(@Nullable ServerError fatal, String why) {
        String reason = fatal == null ? why : fatal.message();
        return new ConnectionLostException(node, reason, Outcome.NOT_EXECUTED, null);
    }

    /** The error of a statement that was lost with the connection. Its outcome depends on the possible effect. */
    HeadgateException lost(@Nullable ServerError fatal, String why, String sql, Effect effect) {
        if (fatal != null) {
            return ErrorTable.toException(fatal, node, sql, effect, null);
        }
        Outcome outcome = effect == Effect.NONE ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        return new ConnectionLostException(node, why, outcome, null);
    }
}
