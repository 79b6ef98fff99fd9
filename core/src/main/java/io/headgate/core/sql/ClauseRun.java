package io.headgate.core.sql;

/**
 * One run of the scan over clauses and expressions, from the current token to the end of its extent.
 *
 * <p>Keywords begin clauses only outside the parentheses that this run opens. A query in parentheses goes back to {@link
 * QueryScanner} and gets its own run.
 */
final class ClauseRun {
    /** Where a run ends. */
    enum Extent {
        /** Before the closing parenthesis of the query, or at the statement's end. */
        QUERY,
        /** After the closing parenthesis of a list; the run starts after its opening parenthesis. */
        PARENTHESES,
        /** At the end of the condition after {@code JOIN ... ON}. */
        JOIN_CONDITION
    }

    private static final int NOWHERE = -1;

    private final Scan scan;
    private final Tokens tokens;
    private final QueryScanner queries;
    private final FunctionCalls calls;
    private final FromScanner from;
    private final Extent extent;
    /** The modifying statement that directly contains this run, or {@link Keyword#NONE}. */
    private final Keyword statement;

    private final int begin;
    private int depth;
    /** The parenthesis depth of the elements of GROUP BY. */
    private int groupingDepth = NOWHERE;

    private int openCases;
    private boolean usingListExpected;

    ClauseRun(
            Scan scan, QueryScanner queries, FunctionCalls calls, FromScanner from, Extent extent, Keyword statement) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.queries = queries;
        this.calls = calls;
        this.from = from;
        this.extent = extent;
        this.statement = statement;
        begin = scan.at;
        depth = extent == Extent.PARENTHESES ? 1 : 0;
        usingListExpected = statement == Keyword.DELETE;
    }

    void run() {
        boolean more = true;
        while (more) {
            more = step();
        }
    }

    /** Makes one step. Returns false when the run has ended. */
    private boolean step() {
        switch (tokens.type(scan.at)) {
            case SEMICOLON, END -> {
                if (depth > 0) {
                    scan.findings().doubt("a parenthesis is not closed");
                }
                return false;
            }
            case LEFT_PAREN -> open();
            case RIGHT_PAREN -> {
                return close();
            }
            case CAST -> castTarget();
            case COMMA -> {
                if (depth == 0 && extent == Extent.JOIN_CONDITION) {
                    return false;
                }
                scan.at++;
            }
            case DOT -> calls.takeAttribute();
            case QUOTED_NAME, UNICODE_NAME -> calls.takeNameOrCall(false, statement);
            case WORD -> {
                Keyword keyword = tokens.keyword(scan.at);
                if (keyword == Keyword.NONE) {
                    calls.takeNameOrCall(false, statement);
                } else if (endsJoinCondition()) {
                    return false;
                } else {
                    keyword(keyword);
                }
            }
            default -> scan.at++;
        }
        return true;
    }

    private void open() {
        scan.at++;
        if (scan.beginsQuery(scan.at)) {
            queries.query();
            scan.close();
        } else {
            depth++;
        }
    }

    private boolean close() {
        if (depth == 0) {
            return false;
        }
        depth--;
        scan.at++;
        groupingDepth = Math.min(groupingDepth, depth);
        return depth > 0 || extent != Extent.PARENTHESES;
    }

    private boolean endsJoinCondition() {
        return extent == Extent.JOIN_CONDITION && depth == 0 && from.endsCondition(openCases > 0);
    }

    private void keyword(Keyword keyword) {
        switch (keyword) {
            case AS -> label();
            case CASE -> {
                openCases++;
                scan.at++;
            }
            case END -> {
                openCases = Math.max(openCases - 1, 0);
                scan.at++;
            }
            case SELECT -> select();
            case FROM -> fromClause();
            case USING -> usingClause();
            case TABLE -> tableCommand();
            case INTO -> IntoClause.scan(scan);
            case FOR -> locking();
            case GROUP -> groupBy();
            case WHERE, HAVING, WINDOW, ORDER, LIMIT, OFFSET, FETCH, UNION, INTERSECT, EXCEPT -> otherClause();
            case SETS -> groupingSets();
            default -> word(keyword);
        }
    }

    private void word(Keyword keyword) {
        if (keyword.isReserved()) {
            scan.at++;
            return;
        }
        if (looksLikeStrayModification(keyword)) {
            scan.findings().doubt("it holds " + keyword + " at a place that was not understood");
        }
        calls.takeNameOrCall(groupingDepth == depth, statement);
    }

    /** An additional check: {@link WithScanner} reads the WITH list, and a modification may begin nowhere else. */
    private boolean looksLikeStrayModification(Keyword keyword) {
        if (keyword != Keyword.DELETE && keyword != Keyword.UPDATE) {
            return false;
        }
        boolean afterParenthesis =
                tokens.is(scan.at - 1, TokenType.LEFT_PAREN) || tokens.is(scan.at - 1, TokenType.RIGHT_PAREN);
        boolean target = keyword == Keyword.DELETE
                ? tokens.is(scan.at + 1, Keyword.FROM)
                : tokens.isFreeName(scan.at + 1) || tokens.is(scan.at + 1, Keyword.ONLY);
        return afterParenthesis && target;
    }

    /** After {@code AS} follows a label, which may be any word, or the target type of a CAST; never a call. */
    private void label() {
        scan.at++;
        if (tokens.isName(scan.at)) {
            scan.at = tokens.endOfName(scan.at) + 1;
        }
    }

    /** Steps over the type after {@code ::}. Parentheses after it contain type modifiers. */
    private void castTarget() {
        scan.at++;
        scan.accept(Keyword.SETOF);
        if (tokens.isFreeName(scan.at)) {
            scan.at = tokens.endOfName(scan.at) + 1;
        }
    }

    private void select() {
        if (depth > 0 && scan.at != begin) {
            queries.query();
            return;
        }
        groupingDepth = NOWHERE;
        scan.at++;
        if (scan.accept(Keyword.DISTINCT) && scan.accept(Keyword.ON) && scan.isAt(TokenType.LEFT_PAREN)) {
            queries.parentheses();
            calls.distinctOnEndsBefore(scan.at);
        }
    }

    private void fromClause() {
        boolean comparison = isComparison(scan.at - 1);
        scan.at++;
        if (depth == 0 && !comparison) {
            from.list(statement);
        }
    }

    /** Whether this is {@code IS [NOT] DISTINCT FROM}. DISTINCT alone may be a column's label, even without AS. */
    private boolean isComparison(int distinct) {
        int is = tokens.is(distinct - 1, Keyword.NOT) ? distinct - 2 : distinct - 1;
        return tokens.is(distinct, Keyword.DISTINCT) && tokens.is(is, Keyword.IS);
    }

    private void usingClause() {
        scan.at++;
        if (depth == 0 && usingListExpected) {
            usingListExpected = false;
            from.list(statement);
        }
    }

    private void tableCommand() {
        scan.at++;
        scan.accept(Keyword.ONLY);
        boolean enclosed = scan.accept(TokenType.LEFT_PAREN);
        if (tokens.isFreeName(scan.at)) {
            scan.reads(scan.takeName());
        }
        if (enclosed) {
            scan.close();
        }
    }

    /** Looks for locking clauses at any depth. A false hit in {@code substring(x FOR share)} is safer than a missed lock. */
    private void locking() {
        scan.at++;
        int strength = scan.at;
        if (scan.accept(Keyword.NO)) {
            scan.accept(Keyword.KEY);
        } else if (scan.accept(Keyword.READ)) {
            return;
        } else {
            scan.accept(Keyword.KEY);
        }
        if (scan.accept(Keyword.UPDATE) || scan.accept(Keyword.SHARE)) {
            scan.findings().refute("it locks the rows it reads (a FOR UPDATE or FOR SHARE clause)");
        } else {
            scan.at = strength;
            // COLLATION FOR (x) locks nothing.
            if (depth == 0 && !scan.isAt(TokenType.LEFT_PAREN)) {
                scan.findings().doubt("it has a FOR clause that was not understood");
            }
        }
    }

    private void groupBy() {
        scan.at++;
        if (scan.accept(Keyword.BY)) {
            groupingDepth = depth;
        }
    }

    private void groupingSets() {
        boolean element = groupingDepth == depth && tokens.is(scan.at - 1, Keyword.GROUPING);
        calls.takeNameOrCall(false, statement);
        if (element && scan.isAt(TokenType.LEFT_PAREN)) {
            groupingDepth = depth + 1;
        }
    }

    private void otherClause() {
        if (depth == 0) {
            groupingDepth = NOWHERE;
        }
        scan.at++;
    }
}
