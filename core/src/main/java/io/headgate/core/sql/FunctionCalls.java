package io.headgate.core.sql;

/**
 * Distinguishes function calls from other text that looks like {@code name(}.
 *
 * <p>In doubt it is a call: one function too many only prevents a proof, but a missed function could make a write look like a read. So
 * each exception below applies only where PostgreSQL's grammar allows no call.
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

    /** Records the first token after a {@code DISTINCT ON (...)}. */
    void distinctOnEndsBefore(int token) {
        afterDistinctOn = token;
    }

    /**
     * Steps over the next name and records a call if it is one. The calling code reads the arguments.
     *
     * @param grouping whether the grammar allows a grouping element here
     * @param statement the modifying statement that directly contains the name, or {@link Keyword#NONE}
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
     * Steps over the next dot and the name after it, and records a call: {@code (x).f} is another spelling of {@code f(x)}, for
     * every type of x that f accepts.
     */
    void takeAttribute() {
        scan.at++;
        if (tokens.isName(scan.at)) {
            note(scan.at, scan.at);
            scan.findings().attribute(tokens.name(scan.at));
            scan.at++;
        }
    }

    /** {@code t.f} may call f too, but is nearly always a column. So it is a doubt only if f is a known writer. */
    private void doubtAttribute(int last) {
        String name = tokens.name(last);
        if (WritingFunctions.reasonAgainst(name) != null || WritingFunctions.runsSqlText(name)) {
            scan.findings().doubt("it may call " + name + " as an attribute");
        }
    }

    /** Records the call of the function whose name spans the tokens {@code first} to {@code last}. */
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
            case COLUMNS, PASSING, VALUE, ROWS, RANGE, GROUPS -> !endsOperand(i - 1);
            case CONFLICT -> statement != Keyword.INSERT || before != Keyword.ON;
            case INSERT -> statement != Keyword.MERGE || before != Keyword.THEN;
            case SET -> before != Keyword.UPDATE;
            default -> true;
        };
    }

    /** CUBE and ROLLUP are grouping elements only at the start of an element; within an expression they are calls. */
    private boolean beginsElement(int i) {
        return switch (tokens.type(i - 1)) {
            case COMMA, LEFT_PAREN -> true;
            case WORD ->
                tokens.is(i - 1, Keyword.BY) || tokens.is(i - 1, Keyword.DISTINCT) || tokens.is(i - 1, Keyword.ALL);
            default -> false;
        };
    }

    /** Whether the token certainly ends an operand. Then an infix word must follow, not a call. */
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
            // These words may be names, but may also stand before an expression.
            case BY, ZONE, ESCAPE, SET, ROWS, RANGE, GROUPS, FIRST, NEXT, VALUE, PASSING, VERSION, DOCUMENT, CONTENT ->
                false;
            case NONE -> !isXmlWord(i);
            default -> tokens.keyword(i).canEndOperand();
        };
    }

    /** {@code PASSING BY REF x}, and {@code PATH x} in the COLUMNS of XMLTABLE. */
    private boolean isXmlWord(int i) {
        return tokens.is(i, TokenType.WORD)
                && !tokens.is(i - 1, TokenType.DOT)
                && (tokens.spells(i, "ref") || tokens.spells(i, "path"));
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

    /** Whether the token is the closing parenthesis of {@code OPERATOR(schema.+)}. */
    private boolean endsQualifiedOperator(int i) {
        int open = i - 2;
        while (tokens.is(open, TokenType.DOT)) {
            open -= 2;
        }
        return tokens.is(i - 1, TokenType.OPERATOR)
                && tokens.is(open, TokenType.LEFT_PAREN)
                && tokens.is(open - 1, Keyword.OPERATOR);
    }

    /** Whether the tokens are the inside of {@code OPERATOR(schema.+)}. */
    private boolean isQualifiedOperator(int inside) {
        int i = inside;
        while (tokens.isName(i) && tokens.is(i + 1, TokenType.DOT)) {
            i += 2;
        }
        return tokens.is(i, TokenType.OPERATOR) && tokens.is(i + 1, TokenType.RIGHT_PAREN);
    }
}
