package io.headgate.core.sql;

/**
 * Finds the end of a statement, and collects the parameters that the statement uses.
 *
 * <p>A semicolon ends a statement, except between the {@code BEGIN ATOMIC} and {@code END} of an SQL-standard function body
 * and within the parentheses of {@code CREATE RULE ... DO (a; b)}. A {@code $1} in a function or a SQL {@code PREPARE} belongs to that
 * object and is not a parameter of the text.
 */
final class StatementSplitter {
    private final Tokens tokens;
    private final ParameterUse parameters = new ParameterUse();
    private boolean returning;

    StatementSplitter(Tokens tokens) {
        this.tokens = tokens;
    }

    ParameterUse parameters() {
        return parameters;
    }

    /** Whether one of the statements read so far has a RETURNING outside parentheses. */
    boolean hasReturning() {
        return returning;
    }

    /** The index of the semicolon or the end of the text that ends the statement beginning at {@code first}. */
    int endOf(int first) {
        boolean ownParameters = false;
        boolean rule = false;
        if (tokens.is(first, Keyword.CREATE)) {
            int object = first + 1;
            if (tokens.is(object, Keyword.OR) && tokens.is(object + 1, Keyword.REPLACE)) {
                object += 2;
            }
            ownParameters = tokens.is(object, Keyword.FUNCTION) || tokens.is(object, Keyword.PROCEDURE);
            rule = tokens.is(object, Keyword.RULE);
        } else if (tokens.is(first, Keyword.PREPARE)) {
            return tokens.endOfStatement(first);
        }
        return endOf(first, ownParameters, rule);
    }

    private int endOf(int first, boolean function, boolean rule) {
        int depth = 0;
        boolean inBody = false;
        for (int i = first; ; i++) {
            switch (tokens.type(i)) {
                case END -> {
                    return i;
                }
                case SEMICOLON -> {
                    if (!inBody && !(rule && depth > 0)) {
                        return i;
                    }
                }
                case LEFT_PAREN -> depth++;
                case RIGHT_PAREN -> depth--;
                case PARAMETER -> {
                    if (!function) {
                        parameters.add(tokens.text(i));
                    }
                }
                case WORD -> {
                    if (function && depth == 0) {
                        inBody = inBody ? !closesBody(i) : opensBody(i);
                    }
                    returning |= depth == 0 && !inBody && tokens.is(i, Keyword.RETURNING);
                }
                default -> {}
            }
        }
    }

    private boolean opensBody(int i) {
        return tokens.is(i, Keyword.ATOMIC) && tokens.is(i - 1, Keyword.BEGIN);
    }

    /** Each statement of a body ends with a semicolon, so an END that does not follow one belongs to a CASE or is a label. */
    private boolean closesBody(int i) {
        return tokens.is(i, Keyword.END) && (tokens.is(i - 1, TokenType.SEMICOLON) || tokens.is(i - 1, Keyword.ATOMIC));
    }
}
