package io.headgate.core.sql;

/** Reads COPY: its direction, its table or query, and whether the data is sent over the connection. */
final class CopyAnalyzer {
    private final Scan scan;
    private final Tokens tokens;
    private final Findings findings;

    CopyAnalyzer(Scan scan) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.findings = scan.findings();
    }

    /** Reads the statement; COPY is next. */
    StatementKind analyze() {
        scan.at++;
        if (scan.accept(TokenType.LEFT_PAREN)) {
            new QueryScanner(scan).query();
            scan.close();
            if (scan.accept(Keyword.TO)) {
                to();
            } else {
                findings.doubt("its COPY of a query has no TO");
            }
            return StatementKind.COPY;
        }
        if (scan.isAt(Keyword.BINARY)) {
            scan.at++;
        }
        if (!tokens.isFreeName(scan.at)) {
            findings.doubt("its COPY names no table or query that was understood");
            return StatementKind.COPY;
        }
        SqlName table = scan.takeName();
        if (scan.isAt(TokenType.LEFT_PAREN)) {
            scan.at = tokens.afterParenthesis(scan.at);
        }
        if (scan.accept(Keyword.FROM)) {
            findings.writes(table);
            findings.refute("it holds a statement that writes: COPY FROM");
            if (isConnection()) {
                findings.copiesFromStdin();
            }
        } else if (scan.accept(Keyword.TO)) {
            scan.reads(table);
            to();
        } else {
            findings.doubt("its COPY has neither FROM nor TO");
        }
        return StatementKind.COPY;
    }

    private void to() {
        if (isConnection()) {
            findings.copiesToStdout();
        } else {
            findings.refute("it writes a file or runs a program on the server");
        }
    }

    /** Both STDIN and STDOUT mean the connection, in either direction. */
    private boolean isConnection() {
        return scan.isAt(Keyword.STDIN) || scan.isAt(Keyword.STDOUT);
    }
}
