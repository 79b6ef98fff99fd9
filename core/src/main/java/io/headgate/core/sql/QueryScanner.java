package io.headgate.core.sql;

/**
 * Passes once over the tokens of a query or of an INSERT, UPDATE, DELETE or MERGE, and records its findings.
 *
 * <p>This is not a full parser. It follows only the parts of the grammar that decide the result of the analysis: the beginning of a
 * query, the WITH list (the only place for a hidden modifying statement), the FROM list, locking clauses and INTO. Expressions are only
 * searched for names. Parentheses that do not begin a query cannot contain a clause. So the {@code FROM} in {@code extract(epoch FROM
 * x)} and the {@code FOR} in {@code substring(x FOR 2)} are not clauses.
 *
 * <p>Every step consumes a token or returns, so the time of a scan is linear in the number of tokens.
 */
final class QueryScanner {
    private final Scan scan;
    private final Tokens tokens;
    private final FunctionCalls calls;
    private final FromScanner from;
    private final WithScanner with;
    private final ModificationScanner modification;
    private StatementKind mainKind = StatementKind.UNKNOWN;
    private int withDepth;

    QueryScanner(Scan scan) {
        this.scan = scan;
        tokens = scan.tokens();
        calls = new FunctionCalls(scan);
        from = new FromScanner(scan, this, calls);
        with = new WithScanner(scan, this);
        modification = new ModificationScanner(scan, this, from);
    }

    /** Scans from the scan's position to the end of the statement. */
    StatementKind scanStatement() {
        query();
        scanRest();
        return mainKind;
    }

    /** Scans the rest of the statement as expressions. A surplus closing parenthesis does not end the scan. */
    void scanRest() {
        body(Keyword.NONE);
        while (scan.accept(TokenType.RIGHT_PAREN)) {
            scan.findings().doubt("a closing parenthesis has no opening one");
            body(Keyword.NONE);
        }
    }

    /** Scans a query, or a modifying statement, up to the parenthesis that closes it. */
    void query() {
        if (!scan.descend()) {
            return;
        }
        int mark = scan.ctes().enter();
        if (scan.isAt(Keyword.WITH)) {
            withList();
        }
        noteMainKind();
        switch (tokens.keyword(scan.at)) {
            case INSERT -> modification.insert();
            case UPDATE -> modification.update();
            case DELETE -> modification.delete();
            case MERGE -> modification.merge();
            default -> body(Keyword.NONE);
        }
        scan.ctes().leave(mark);
        scan.ascend();
    }

    /** Scans the WITH list, which must be next. */
    void withList() {
        withDepth++;
        with.list();
        withDepth--;
    }

    /** Scans clauses up to the parenthesis that closes the query; {@code statement} is the modifying statement that contains them. */
    void body(Keyword statement) {
        run(ClauseRun.Extent.QUERY, statement);
    }

    /** Scans the condition of a join. */
    void joinCondition(Keyword statement) {
        run(ClauseRun.Extent.JOIN_CONDITION, statement);
    }

    /** Scans a query or a list of expressions in parentheses; the opening parenthesis must be next. */
    void parentheses() {
        scan.at++;
        if (scan.beginsQuery(scan.at)) {
            query();
            scan.close();
        } else {
            run(ClauseRun.Extent.PARENTHESES, Keyword.NONE);
        }
    }

    private void run(ClauseRun.Extent extent, Keyword statement) {
        new ClauseRun(scan, this, calls, from, extent, statement).run();
    }

    private void noteMainKind() {
        if (withDepth > 0 || mainKind != StatementKind.UNKNOWN) {
            return;
        }
        mainKind = switch (tokens.keyword(scan.at)) {
            case SELECT -> StatementKind.SELECT;
            case VALUES -> StatementKind.VALUES;
            case TABLE -> StatementKind.TABLE;
            case INSERT -> StatementKind.INSERT;
            case UPDATE -> StatementKind.UPDATE;
            case DELETE -> StatementKind.DELETE;
            case MERGE -> StatementKind.MERGE;
            default -> StatementKind.UNKNOWN;
        };
    }
}
