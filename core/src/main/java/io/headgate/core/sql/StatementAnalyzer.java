package io.headgate.core.sql;

/** Finds the kind of the statement that begins at a token, and scans its parts. One instance per text. */
final class StatementAnalyzer {
    private final Tokens tokens;
    private final Findings findings;

    StatementAnalyzer(Tokens tokens, Findings findings) {
        this.tokens = tokens;
        this.findings = findings;
    }

    /** Analyzes the statement whose first token is {@code first}, up to the next semicolon that ends a statement. */
    StatementKind analyze(int first) {
        int i = first;
        while (tokens.is(i, TokenType.LEFT_PAREN)) {
            i++;
        }
        if (i > first && !new Scan(tokens, findings, i).beginsQuery(i)) {
            return unknown();
        }
        return switch (tokens.keyword(i)) {
            case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE -> query(first);
            case EXPLAIN -> explain(i);
            case SHOW -> StatementKind.SHOW;
            case COPY -> new CopyAnalyzer(new Scan(tokens, findings, i)).analyze();
            case CREATE -> new CreateAnalyzer(new Scan(tokens, findings, i)).analyze();
            case TRUNCATE -> truncate(i);
            case REFRESH -> refresh(i);
            case ALTER, DROP, COMMENT, GRANT, REVOKE, SECURITY, REASSIGN, IMPORT -> ddl();
            case SET -> set(i);
            case RESET -> reset(i);
            case BEGIN, START, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE -> transactionControl();
            case PREPARE -> prepare(i);
            case EXECUTE -> execute(i);
            case DEALLOCATE -> {
                findings.violates(TransactionModeRules.preparedStatement(tokens, i, "DEALLOCATE"));
                yield notRead(StatementKind.DEALLOCATE, "it changes the session");
            }
            case LISTEN -> {
                findings.violates(TransactionModeRules.listen(tokens, i, "LISTEN"));
                yield notRead(StatementKind.LISTEN, "it changes the session");
            }
            case UNLISTEN -> {
                findings.violates(TransactionModeRules.listen(tokens, i, "UNLISTEN"));
                yield notRead(StatementKind.UNLISTEN, "it changes the session");
            }
            case NOTIFY -> notRead(StatementKind.NOTIFY, "a server in recovery refuses NOTIFY");
            case DECLARE -> declare(i);
            case FETCH -> doubtful(StatementKind.FETCH, "it uses a cursor of its transaction");
            case MOVE -> doubtful(StatementKind.MOVE, "it uses a cursor of its transaction");
            case CLOSE -> doubtful(StatementKind.CLOSE, "it uses a cursor of its transaction");
            case CALL -> {
                arguments(i + 1);
                yield doubtful(StatementKind.CALL, "a procedure may write");
            }
            case DO -> doubtful(StatementKind.DO, "a code block may write");
            case VACUUM, ANALYZE, ANALYSE, CLUSTER, REINDEX, CHECKPOINT ->
                notRead(StatementKind.MAINTENANCE, "it is maintenance");
            case LOCK -> notRead(StatementKind.LOCK, "it locks tables");
            case DISCARD -> {
                findings.violates(TransactionModeRules.discard(tokens, i));
                yield notRead(StatementKind.DISCARD, "it changes the session");
            }
            case LOAD -> {
                findings.violates(TransactionModeRules.load(tokens, i));
                yield notRead(StatementKind.LOAD, "it changes the session");
            }
            default -> unknown();
        };
    }

    private StatementKind unknown() {
        return doubtful(StatementKind.UNKNOWN, "it is not a known statement");
    }

    private StatementKind notRead(StatementKind kind, String reason) {
        findings.refute(reason);
        return kind;
    }

    private StatementKind doubtful(StatementKind kind, String reason) {
        findings.doubt(reason);
        return kind;
    }

    private StatementKind query(int first) {
        StatementKind kind = new QueryScanner(new Scan(tokens, findings, first)).scanStatement();
        return kind == StatementKind.UNKNOWN ? unknown() : kind;
    }

    private void arguments(int name) {
        if (tokens.isName(name)) {
            new QueryScanner(new Scan(tokens, findings, tokens.endOfName(name) + 1)).scanRest();
        }
    }

    private StatementKind explain(int explain) {
        ExplainOptions options = ExplainOptions.read(tokens, explain);
        if (!options.analyze()) {
            if (tokens.is(options.statement(), Keyword.EXECUTE)) {
                findings.doubt("EXPLAIN EXECUTE computes the arguments");
            }
            return StatementKind.EXPLAIN;
        }
        if (tokens.is(options.statement(), Keyword.EXPLAIN)) {
            findings.doubt("EXPLAIN cannot explain itself");
        } else {
            analyze(options.statement());
        }
        return StatementKind.EXPLAIN_ANALYZE;
    }

    private StatementKind ddl() {
        return notRead(StatementKind.DDL, "it changes the catalog");
    }

    private StatementKind truncate(int truncate) {
        findings.refute("it holds a statement that writes: TRUNCATE");
        Scan scan = new Scan(tokens, findings, truncate + 1);
        scan.accept(Keyword.TABLE);
        do {
            boolean enclosed = scan.accept(Keyword.ONLY) && scan.accept(TokenType.LEFT_PAREN);
            if (tokens.isFreeName(scan.at)) {
                findings.writes(scan.takeName());
            }
            if (enclosed) {
                scan.close();
            }
            if (scan.isAt(TokenType.OPERATOR)) {
                scan.at++;
            }
        } while (scan.accept(TokenType.COMMA));
        return StatementKind.TRUNCATE;
    }

    private StatementKind refresh(int refresh) {
        Scan scan = new Scan(tokens, findings, refresh + 1);
        if (scan.accept(Keyword.MATERIALIZED) && scan.accept(Keyword.VIEW)) {
            scan.accept(Keyword.CONCURRENTLY);
            if (tokens.isFreeName(scan.at)) {
                findings.writes(scan.takeName());
            }
        }
        return notRead(StatementKind.REFRESH, "it rewrites a materialized view");
    }

    private StatementKind set(int set) {
        int subject = set + 1;
        // "local.x" and "session.x" are settings of an extension, not scopes.
        boolean scoped = !tokens.is(subject + 1, TokenType.DOT);
        Keyword scope = scoped ? tokens.keyword(subject) : Keyword.NONE;
        if (scope == Keyword.LOCAL || scope == Keyword.TRANSACTION || scope == Keyword.CONSTRAINTS) {
            return notRead(StatementKind.SET_LOCAL, "it changes the transaction");
        }
        int what = scope == Keyword.SESSION ? subject + 1 : subject;
        findings.violates(TransactionModeRules.setting(tokens, set, what));
        return notRead(StatementKind.SET, "it changes the session");
    }

    private StatementKind reset(int reset) {
        findings.violates(TransactionModeRules.setting(tokens, reset, reset + 1));
        return notRead(StatementKind.RESET, "it changes the session");
    }

    private StatementKind transactionControl() {
        return notRead(StatementKind.TRANSACTION_CONTROL, "it controls the transaction");
    }

    private StatementKind prepare(int prepare) {
        if (tokens.is(prepare + 1, Keyword.TRANSACTION) && !tokens.is(prepare + 2, Keyword.AS)) {
            return transactionControl();
        }
        findings.violates(TransactionModeRules.preparedStatement(tokens, prepare, "PREPARE"));
        return notRead(StatementKind.PREPARE, "it changes the session");
    }

    private StatementKind execute(int execute) {
        findings.violates(TransactionModeRules.preparedStatement(tokens, execute, "EXECUTE"));
        arguments(execute + 1);
        return doubtful(StatementKind.EXECUTE, "the statement that it runs was prepared elsewhere");
    }

    private StatementKind declare(int declare) {
        int i = declare + 1;
        while (!tokens.endsStatement(i) && !tokens.is(i, Keyword.FOR)) {
            if (tokens.is(i, Keyword.WITH) && tokens.is(i + 1, Keyword.HOLD)) {
                findings.violates(TransactionModeRules.cursorWithHold(tokens, i));
                findings.refute("it keeps a cursor in the session");
            }
            i++;
        }
        if (tokens.is(i, Keyword.FOR)) {
            query(i + 1);
        } else {
            findings.doubt("it declares a cursor without a query");
        }
        return StatementKind.DECLARE;
    }
}
