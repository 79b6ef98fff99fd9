package io.headgate.core.sql;

import org.jspecify.annotations.Nullable;

/** Reads the beginning of INSERT, UPDATE, DELETE and MERGE, up to the first ordinary clause, and records their target. */
final class ModificationScanner {
    private final Scan scan;
    private final Tokens tokens;
    private final QueryScanner queries;
    private final FromScanner from;

    ModificationScanner(Scan scan, QueryScanner queries, FromScanner from) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.queries = queries;
        this.from = from;
    }

    void insert() {
        begin("INSERT");
        scan.accept(Keyword.INTO);
        target();
        if (scan.accept(Keyword.AS) && tokens.isName(scan.at)) {
            scan.at++;
        }
        if (scan.isAt(TokenType.LEFT_PAREN) && !scan.beginsQuery(scan.at + 1)) {
            queries.parentheses();
        }
        if (scan.isAt(Keyword.WITH)) {
            queries.withList();
        }
        queries.body(Keyword.INSERT);
    }

    void update() {
        int update = scan.at;
        begin("UPDATE");
        @Nullable SqlName target = target();
        if (target != null && target.name().equals("pg_settings") && !isUsersSchema(target.schema())) {
            scan.findings().violates(TransactionModeRules.settingsView(tokens.start(update)));
        }
        from.alias();
        scan.accept(Keyword.SET);
        queries.body(Keyword.UPDATE);
    }

    void delete() {
        begin("DELETE");
        scan.accept(Keyword.FROM);
        target();
        from.alias();
        queries.body(Keyword.DELETE);
    }

    void merge() {
        begin("MERGE");
        scan.accept(Keyword.INTO);
        target();
        from.alias();
        if (scan.accept(Keyword.USING)) {
            from.list(Keyword.MERGE);
        }
        queries.body(Keyword.MERGE);
    }

    private void begin(String statement) {
        scan.at++;
        scan.findings().refute("it holds a statement that writes: " + statement);
    }

    private static boolean isUsersSchema(@Nullable String schema) {
        return schema != null && !schema.equals("pg_catalog");
    }

    private @Nullable SqlName target() {
        SqlName target = null;
        boolean enclosed = scan.accept(Keyword.ONLY) && scan.accept(TokenType.LEFT_PAREN);
        if (tokens.isFreeName(scan.at)) {
            target = scan.takeName();
            scan.findings().writes(target);
        }
        if (enclosed) {
            scan.close();
        }
        if (scan.isAt(TokenType.OPERATOR) && tokens.text(scan.at).equals("*")) {
            scan.at++;
        }
        return target;
    }
}
