package io.headgate.core.sql;

/** The position of the scan in one statement, and the state that the scanning classes share. */
final class Scan {
    /** Maximum nesting of queries: enough for written and generated queries, and safe for a small thread stack. */
    private static final int MAX_QUERY_DEPTH = 200;

    private final Tokens tokens;
    private final Findings findings;
    private final VisibleCtes ctes = new VisibleCtes();
    private int depth;

    /** The index of the next token. */
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

    /** Steps over a closing parenthesis; if it is missing, records a doubt. */
    void close() {
        if (!accept(TokenType.RIGHT_PAREN)) {
            findings.doubt("a parenthesis is not closed");
        }
    }

    /** Enters a nested query. If it is nested too deeply for recursion, skips the statement's rest and returns false. */
    boolean descend() {
        if (depth == MAX_QUERY_DEPTH) {
            findings.doubt("its queries are nested more than " + MAX_QUERY_DEPTH + " deep");
            at = tokens.endOfStatement(at);
            return false;
        }
        depth++;
        return true;
    }

    void ascend() {
        depth--;
    }

    /** Steps over the next dotted name. The calling code must have checked that a name is next. */
    SqlName takeName() {
        int first = at;
        int last = tokens.endOfName(first);
        at = last + 1;
        return tokens.qualifiedName(first, last);
    }

    /** Records that a table is read, unless the name is that of a common table expression. */
    void reads(SqlName table) {
        if (ctes.hides(table)) {
            return;
        }
        findings.reads(table);
        if ("pg_temp".equals(table.schema())) {
            findings.doubt("it reads a temporary table, which only one session has");
        }
    }

    /** Whether a query begins at {@code i}, directly after an opening parenthesis. */
    boolean beginsQuery(int i) {
        return switch (tokens.keyword(i)) {
            case SELECT, WITH, TABLE -> true;
            case VALUES -> tokens.is(i + 1, TokenType.LEFT_PAREN);
            default -> false;
        };
    }
}
