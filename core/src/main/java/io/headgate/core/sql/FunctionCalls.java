package io.headgate.core.sql;

/**
 * Tells a function call from everything else that looks like {@code name(}.
 *
 * <p>In doubt it is a call: a function too many costs a proof, a function too few could make a write pass for a read. So each
 * exception below holds only where PostgreSQL's grammar allows no call.
 */
final class FunctionCalls {
    private final Scan scan;
    private final Tokens tokens;
    /** The token after {@code DISTINCT ON (...)}, the one place where a call may follow a closing parenthesis. */
    private int afterDistinctOn = -1;

    FunctionCalls(Scan scan) {
        this.scan = scan;
        this.tokens = scan.tokens();
    }

    /** Tells where a {@code DISTINCT ON (...)} has ended. */
    void distinctOnEndsBefore(int token) {
        afterDistinctOn = token;
    }

    /**
     * Steps over the name that is next and notes a call if it is one; its arguments are left to the caller.
     *
     * @param grouping whether a grouping element may stand here
     * @param statement the modifying statement this is a direct part of, or {@link Keyword#NONE}
     */
    void takeNameOrCall(boolean grouping, Keyword statement) {
        int first = scan.at;
        int last = tokens.endOfName(first);
        scan.at = last + 1;
        if (!tokens.is(last + 1, TokenType.LEFT_PAREN)) {
            if (last > first) {
                doubtAttribute(last);
            }
        } else if (last > first || isCall(first, grouping, statement)) {
            note(first, last);
        }
    }

    /**
     * Steps over the dot that is next and the name after it, and notes a call: {@code (x).f} is another spelling of
     * {@code f(x)}, for any type of x that f takes.
     */
    void takeAttribute() {
        scan.at++;
        if (tokens.isName(scan.at)) {
            note(scan.at, scan.at);
            scan.at++;
        }
    }

    /** {@code t.f} may call f too. It is nearly always a column, and so a doubt only if f is known to write. */
    private void doubtAttribute(int last) {
        String name = tokens.name(last);
        if (WritingFunctions.reasonAgainst(name) != null || WritingFunctions.runsSqlText(name)) {
            scan.findings().doubt("it may call " + name + " as an attribute");
        }
    }

    /** Notes the call of the function whose name spans {@code first} to {@code last}. */
    void note(int first, int last) {
        SqlName function = tokens.qualifiedName(first, last);
        Findings findings = scan.findings();
        findings.calls(function);
        String name = function.name();
        String reason = WritingFunctions.reasonAgainst(name);
        if (reason != null) {
            findings.refute("it calls " + function + ", which " + reason);
            SessionFunctions.check(tokens, first, last, function, findings);
        } else if (WritingFunctions.runsSqlText(name)) {
            findings.doubt("it calls " + function + ", which runs SQL given as text");
        }
    }

    private boolean isCall(int i, boolean grouping, Keyword statement) {
        Keyword keyword = tokens.keyword(i);
        if (keyword == Keyword.NONE) {
            return true;
        }
        if (!keyword.canNameFunction()) {
            return false;
        }
        Keyword before = tokens.keyword(i - 1);
        return switch (keyword) {
            case OVER, FILTER -> !tokens.is(i - 1, TokenType.RIGHT_PAREN) || !endsOperand(i - 1);
            case BY -> before != Keyword.GROUP && before != Keyword.ORDER && before != Keyword.PARTITION;
            case SETS -> before != Keyword.GROUPING;
            case CUBE, ROLLUP -> !grouping || !beginsElement(i);
            case ZONE -> before != Keyword.TIME;
            case FIRST, NEXT -> before != Keyword.FETCH;
            case LIKE, ILIKE, OVERLAPS, ESCAPE -> !endsOperand(before == Keyword.NOT ? i - 2 : i - 1);
            case VARYING -> !isCharacterType(tokens.spelling(i - 1));
            case SECOND -> !isIntervalField(i, before);
            case OPERATOR -> !isQualifiedOperator(i + 2);
            case COLUMNS -> !endsOperand(i - 1);
            case CONFLICT -> statement != Keyword.INSERT || before != Keyword.ON;
            case INSERT -> statement != Keyword.MERGE || before != Keyword.THEN;
            case SET -> before != Keyword.UPDATE;
            default -> true;
        };
    }

    /** CUBE and ROLLUP are grouping elements only as a whole; within an expression they are calls. */
    private boolean beginsElement(int i) {
        return switch (tokens.type(i - 1)) {
            case COMMA, LEFT_PAREN -> true;
            case WORD ->
                tokens.is(i - 1, Keyword.BY) || tokens.is(i - 1, Keyword.DISTINCT) || tokens.is(i - 1, Keyword.ALL);
            default -> false;
        };
    }

    /** Whether the token surely ends an operand, so that an infix word must follow and no call. */
    boolean endsOperand(int i) {
        return switch (tokens.type(i)) {
            case RIGHT_PAREN -> i + 1 != afterDistinctOn && !endsQualifiedOperator(i);
            case STRING, DOLLAR_STRING, NUMBER, PARAMETER, RIGHT_BRACKET, QUOTED_NAME, UNICODE_NAME -> true;
            case WORD -> wordEndsOperand(i);
            default -> false;
        };
    }

    private boolean wordEndsOperand(int i) {
        return switch (tokens.keyword(i)) {
            case END, TRUE, FALSE, OTHER_VALUE -> true;
            // Words that free names share with places where an expression follows.
            case BY, ZONE, ESCAPE, SET, ROWS, RANGE, GROUPS, FIRST, NEXT, VALUE, PASSING, VERSION, DOCUMENT, CONTENT ->
                false;
            default -> tokens.keyword(i).canEndOperand();
        };
    }

    private static boolean isCharacterType(Keyword keyword) {
        return switch (keyword) {
            case CHAR, CHARACTER, NCHAR, BIT -> true;
            default -> false;
        };
    }

    /** {@code INTERVAL '1' SECOND(3)}, {@code INTERVAL SECOND(3)}, {@code DAY TO SECOND(3)}. */
    private boolean isIntervalField(int i, Keyword before) {
        if (before != Keyword.TO) {
            return tokens.spelling(i - 1) == Keyword.INTERVAL || tokens.is(i - 1, TokenType.STRING);
        }
        return switch (tokens.keyword(i - 2)) {
            case DAY, HOUR, MINUTE -> true;
            default -> false;
        };
    }

    /** The closing parenthesis of {@code OPERATOR(schema.+)}. */
    private boolean endsQualifiedOperator(int i) {
        int open = i - 2;
        while (tokens.is(open, TokenType.DOT)) {
            open -= 2;
        }
        return tokens.is(i - 1, TokenType.OPERATOR)
                && tokens.is(open, TokenType.LEFT_PAREN)
                && tokens.is(open - 1, Keyword.OPERATOR);
    }

    /** The inside of {@code OPERATOR(schema.+)}. */
    private boolean isQualifiedOperator(int inside) {
        int i = inside;
        while (tokens.isName(i) && tokens.is(i + 1, TokenType.DOT)) {
            i += 2;
        }
        return tokens.is(i, TokenType.OPERATOR) && tokens.is(i + 1, TokenType.RIGHT_PAREN);
    }
}
