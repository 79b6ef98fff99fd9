package io.headgate.client;

import io.headgate.core.ForwardingStatements;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.TextCache;

/**
 * Reads options of statements from a comment at the very start of their text. The rest of the text is not read: it may contain
 * a user's input. Options set on the statement itself take precedence.
 */
final class OptionComments extends ForwardingStatements {

    private final TextCache<OptionComment> comments = new TextCache<>(OptionComment::read);

    OptionComments(SqlExecutor next) {
        super(next);
    }

    /** @throws ParameterException if the comment is malformed */
    @Override
    protected SqlStatement change(SqlStatement statement) {
        return OptionComment.isAtStartOf(statement.text())
                ? comments.of(statement.text()).applyTo(statement)
                : statement;
    }
}
