package io.headgate.core.sql;

/** Reads the INTO of {@code SELECT ... INTO table}, which creates a table. */
final class IntoClause {
    private IntoClause() {}

    /** Steps over INTO, which must be next, and its target. */
    static void scan(Scan scan) {
        Tokens tokens = scan.tokens();
        int into = scan.at;
        scan.at++;
        scan.findings().refute("SELECT INTO creates a table");
        if ((scan.isAt(Keyword.LOCAL) || scan.isAt(Keyword.GLOBAL)) && isTemporary(tokens, scan.at + 1)) {
            scan.at++;
        }
        boolean qualifierFollowed = tokens.isFreeName(scan.at + 1) || tokens.is(scan.at + 1, Keyword.TABLE);
        boolean temporary = qualifierFollowed && isTemporary(tokens, scan.at);
        if (temporary || (qualifierFollowed && scan.isAt(Keyword.UNLOGGED))) {
            scan.at++;
        }
        scan.accept(Keyword.TABLE);
        if (!tokens.isFreeName(scan.at)) {
            return;
        }
        SqlName target = scan.takeName();
        scan.findings().writes(target);
        if (temporary || "pg_temp".equals(target.schema())) {
            scan.findings().violates(TransactionModeRules.temporaryObject(tokens.start(into), "SELECT INTO TEMP"));
        }
    }

    private static boolean isTemporary(Tokens tokens, int i) {
        return tokens.is(i, Keyword.TEMP) || tokens.is(i, Keyword.TEMPORARY);
    }
}
