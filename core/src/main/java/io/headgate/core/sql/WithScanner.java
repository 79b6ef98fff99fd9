package io.headgate.core.sql;

/**
 * Reads the list of common table expressions after WITH, with their SEARCH and CYCLE clauses.
 *
 * <p>This is the only part of a query that is parsed strictly, because it is the only part that can contain a modifying statement.
 * Everything unexpected is a doubt.
 */
final class WithScanner {
    private final Scan scan;
    private final Tokens tokens;
    private final QueryScanner queries;

    WithScanner(Scan scan, QueryScanner queries) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.queries = queries;
    }

    /** Reads from WITH, which must be next, to the first token of the statement that follows the list. */
    void list() {
        scan.at++;
        boolean recursive = scan.isAt(Keyword.RECURSIVE) && tokens.isFreeName(scan.at + 1);
        if (recursive) {
            scan.at++;
        }
        boolean more = true;
        while (more) {
            if (!expression(recursive)) {
                scan.findings().doubt("it has a WITH list that was not understood");
                return;
            }
            more = scan.accept(TokenType.COMMA);
        }
    }

    private boolean expression(boolean recursive) {
        if (!tokens.isFreeName(scan.at)) {
            return false;
        }
        String name = tokens.name(scan.at);
        scan.at++;
        if (scan.isAt(TokenType.LEFT_PAREN)) {
            scan.at = tokens.afterParenthesis(scan.at);
        }
        if (!scan.accept(Keyword.AS)) {
            return false;
        }
        tokens.takeForKeyword(scan.at);
        if (!scan.accept(Keyword.MATERIALIZED) && scan.accept(Keyword.NOT) && !scan.accept(Keyword.MATERIALIZED)) {
            return false;
        }
        if (!scan.accept(TokenType.LEFT_PAREN)) {
            return false;
        }
        // Without RECURSIVE the name is not visible in its own query; there it may mean a table.
        if (recursive) {
            scan.ctes().declare(name);
        }
        queries.query();
        scan.close();
        if (!recursive) {
            scan.ctes().declare(name);
        }
        return search() && cycle();
    }

    /** {@code SEARCH { BREADTH | DEPTH } FIRST BY a, b SET c}. */
    private boolean search() {
        if (!scan.accept(Keyword.SEARCH)) {
            return true;
        }
        return (scan.accept(Keyword.BREADTH) || scan.accept(Keyword.DEPTH))
                && scan.accept(Keyword.FIRST)
                && scan.accept(Keyword.BY)
                && columns()
                && scan.accept(Keyword.SET)
                && column();
    }

    /** {@code CYCLE a, b SET c [ TO value DEFAULT value ] USING d}. */
    private boolean cycle() {
        if (!scan.accept(Keyword.CYCLE)) {
            return true;
        }
        if (!columns() || !scan.accept(Keyword.SET) || !column()) {
            return false;
        }
        if (scan.accept(Keyword.TO)) {
            // Skip two constants, which call no function; USING is reserved and cannot be part of them.
            while (!scan.isAt(Keyword.USING) && !tokens.endsStatement(scan.at)) {
                scan.at++;
            }
        }
        return scan.accept(Keyword.USING) && column();
    }

    private boolean columns() {
        boolean valid = column();
        while (valid && scan.accept(TokenType.COMMA)) {
            valid = column();
        }
        return valid;
    }

    private boolean column() {
        boolean valid = tokens.isFreeName(scan.at);
        if (valid) {
            scan.at++;
        }
        return valid;
    }
}
