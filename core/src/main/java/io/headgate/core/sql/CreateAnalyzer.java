package io.headgate.core.sql;

import java.util.Locale;

/** Reads the parts of CREATE that matter for a pooler or run a query: temporary objects and CREATE TABLE AS. */
final class CreateAnalyzer {
    private final Scan scan;
    private final Tokens tokens;
    private final Findings findings;

    CreateAnalyzer(Scan scan) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.findings = scan.findings();
    }

    /** Reads the statement; CREATE is next. */
    StatementKind analyze() {
        int create = scan.at;
        findings.refute("it changes the catalog");
        scan.at++;
        if (scan.accept(Keyword.OR)) {
            scan.accept(Keyword.REPLACE);
        }
        if (!scan.accept(Keyword.LOCAL)) {
            scan.accept(Keyword.GLOBAL);
        }
        boolean temporary = scan.accept(Keyword.TEMP) || scan.accept(Keyword.TEMPORARY);
        scan.accept(Keyword.UNLOGGED);
        boolean materialized = scan.accept(Keyword.MATERIALIZED);
        scan.accept(Keyword.RECURSIVE);
        boolean table = scan.isAt(Keyword.TABLE);
        String object = tokens.isName(scan.at) ? tokens.name(scan.at).toUpperCase(Locale.ROOT) : "";
        scan.at++;
        if (scan.accept(Keyword.IF)) {
            scan.accept(Keyword.NOT);
            scan.accept(Keyword.EXISTS);
        }
        skipFurtherWords(object);
        boolean inTemporarySchema = tokens.isName(scan.at)
                && tokens.is(scan.at + 1, TokenType.DOT)
                && tokens.name(scan.at).equals("pg_temp");
        if (!tokens.isFreeName(scan.at)) {
            if (inTemporarySchema) {
                violates(create, "CREATE " + object + " in pg_temp");
            }
            return StatementKind.DDL;
        }
        SqlName name = scan.takeName();
        if ((temporary || inTemporarySchema) && !(table && isDroppedOnCommit())) {
            String what = temporary ? "CREATE TEMP " + object : "CREATE " + object + " in pg_temp";
            violates(create, what);
        }
        if (table || materialized) {
            createAs(name);
        }
        return StatementKind.DDL;
    }

    private void violates(int create, String what) {
        findings.violates(TransactionModeRules.temporaryObject(tokens.start(create), what));
    }

    /** Skips the other words of OPERATOR CLASS, OPERATOR FAMILY, TEXT SEARCH CONFIGURATION and the like. */
    private void skipFurtherWords(String object) {
        int words =
                switch (object) {
                    case "TEXT" -> 2;
                    case "OPERATOR" -> tokens.is(scan.at + 1, TokenType.DOT) || !tokens.isName(scan.at + 1) ? 0 : 1;
                    default -> 0;
                };
        scan.at += words;
    }

    private boolean isDroppedOnCommit() {
        for (int i = scan.at; !tokens.endsStatement(i); i++) {
            if (tokens.is(i, Keyword.ON) && tokens.is(i + 1, Keyword.COMMIT) && tokens.is(i + 2, Keyword.DROP)) {
                return true;
            }
        }
        return false;
    }

    private void createAs(SqlName target) {
        int depth = 0;
        for (int i = scan.at; !tokens.endsStatement(i); i++) {
            if (tokens.is(i, TokenType.LEFT_PAREN)) {
                depth++;
            } else if (tokens.is(i, TokenType.RIGHT_PAREN)) {
                depth--;
            } else if (depth == 0 && tokens.is(i, Keyword.AS)) {
                findings.writes(target);
                scan.at = i + 1;
                tokens.takeForKeyword(scan.at);
                if (scan.isAt(Keyword.EXECUTE)) {
                    findings.violates(TransactionModeRules.preparedStatement(tokens, scan.at, "EXECUTE"));
                } else {
                    new QueryScanner(scan).scanStatement();
                }
                return;
            }
        }
    }
}
