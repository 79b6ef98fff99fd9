package io.headgate.core.sql;

/** How far the scan of one statement has come, and what it shares between the classes that take part in it. */
final class Scan {
    /** Deep enough for any query a person or a generator writes, shallow enough for a small thread stack. */
    private static final int DEEPEST_QUERY = 200;

    private final Tokens tokens;
    private final Findings findings;
    private final VisibleCtes ctes = new VisibleCtes();
    private int depth;

    /** The index of the token to look at next. */
    int at;

    Scan(Tokens tokens, Findings findings, int at) {
        this.tokens = tokens;
        this.findings = findings;
        this.at = at;
    }

    Tokens tokens() {
        return tokens;
    }

    Findings findings() {
        return findings;
    }

    VisibleCtes ctes() {
        return ctes;
    }

    boolean isAt(Keyword keyword) {
        return tokens.is(at, keyword);
    }

    boolean isAt(TokenType type) {
        return tokens.is(at, type);
    }

    /** Steps over the keyword if it is next. */
    boolean accept(Keyword keyword) {
        boolean found = tokens.is(at, keyword);
        if (found) {
            at++;
        }
        return found;
    }

    /** Steps over the token if it is next. */
    boolean accept(TokenType type) {
        boolean found = tokens.is(at, type);
        if (found) {
            at++;
        }
        return found;
    }

    /** Steps over a closing parenthesis, which must be next. */
    void close() {
        if (!accept(TokenType.RIGHT_PAREN)) {
            findings.doubt("a parenthesis is not closed");
        }
    }

    /** Goes one query deeper. Answers false, and gives the statement up, when that is too deep for recursion. */
    boolean descend() {
        if (depth == DEEPEST_QUERY) {
            findings.doubt("its queries are nested more than " + DEEPEST_QUERY + " deep");
            at = tokens.endOfStatement(at);
            return false;
        }
        depth++;
        return true;
    }

    void ascend() {
        depth--;
    }

    /** Steps over the dotted name that is next; the caller has checked that one is. */
    SqlName takeName() {
        int first = at;
        int last = tokens.endOfName(first);
        at = last + 1;
        return tokens.qualifiedName(first, last);
    }

    /** Notes that a table is read, unless the name is that of a common table expression. */
    void reads(SqlName table) {
        if (ctes.hides(table)) {
            return;
        }
        findings.reads(table);
        if ("pg_temp".equals(table.schema())) {
            findings.doubt("it reads a temporary table, which only one session has");
        }
    }

    /** Whether a query begins at {@code i}, given that a parenthesis stands before it. */
    boolean beginsQuery(int i) {
        return switch (tokens.keyword(i)) {
            case SELECT, WITH, TABLE -> true;
            case VALUES -> tokens.is(i + 1, TokenType.LEFT_PAREN);
            default -> false;
        };
    }
}
