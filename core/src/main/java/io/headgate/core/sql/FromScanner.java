package io.headgate.core.sql;

/** Reads a FROM or USING list: tables, functions, subqueries and joins. */
final class FromScanner {
    private final Scan scan;
    private final Tokens tokens;
    private final QueryScanner queries;
    private final FunctionCalls calls;

    FromScanner(Scan scan, QueryScanner queries, FunctionCalls calls) {
        this.scan = scan;
        this.tokens = scan.tokens();
        this.queries = queries;
        this.calls = calls;
    }

    /** Reads from the list's first item to the first token after the list. */
    void list(Keyword statement) {
        boolean more = true;
        while (more) {
            item(statement);
            more = joins(statement);
        }
    }

    /** Reads join conditions. Returns true if another item follows. */
    private boolean joins(Keyword statement) {
        while (true) {
            switch (tokens.keyword(scan.at)) {
                case NATURAL, CROSS, INNER, LEFT, RIGHT, FULL, OUTER -> scan.at++;
                case JOIN -> {
                    scan.at++;
                    return true;
                }
                case ON -> {
                    if (statement == Keyword.INSERT && tokens.is(scan.at + 1, Keyword.CONFLICT)) {
                        return false;
                    }
                    scan.at++;
                    queries.joinCondition(statement);
                }
                case USING -> {
                    if (!tokens.is(scan.at + 1, TokenType.LEFT_PAREN)) {
                        return false;
                    }
                    scan.at = tokens.afterParenthesis(scan.at + 1);
                    if (scan.accept(Keyword.AS) && tokens.isName(scan.at)) {
                        scan.at++;
                    }
                }
                default -> {
                    return scan.accept(TokenType.COMMA);
                }
            }
        }
    }

    private void item(Keyword statement) {
        scan.accept(Keyword.LATERAL);
        if (scan.accept(Keyword.ONLY) && scan.accept(TokenType.LEFT_PAREN)) {
            relation();
            scan.close();
        } else if (scan.isAt(TokenType.LEFT_PAREN)) {
            group(statement);
        } else if (scan.isAt(Keyword.ROWS)
                && tokens.is(scan.at + 1, Keyword.FROM)
                && tokens.is(scan.at + 2, TokenType.LEFT_PAREN)) {
            scan.findings().callsInFrom();
            scan.at += 2;
            queries.parentheses();
        } else {
            relation();
        }
        suffix();
    }

    /** Reads joined items in parentheses, or a query whose parts may be in parentheses too. */
    private void group(Keyword statement) {
        if (scan.beginsQuery(scan.at + 1)) {
            queries.parentheses();
            return;
        }
        scan.at++;
        if (!scan.descend()) {
            return;
        }
        list(statement);
        if (!scan.isAt(TokenType.RIGHT_PAREN) && !isClause(tokens.keyword(scan.at))) {
            scan.findings().doubt("it has a FROM list that was not understood");
        }
        queries.body(Keyword.NONE);
        scan.close();
        scan.ascend();
    }

    private void relation() {
        if (!tokens.isName(scan.at)) {
            return;
        }
        int first = scan.at;
        int last = tokens.endOfName(first);
        if (tokens.is(last + 1, TokenType.LEFT_PAREN)) {
            scan.findings().callsInFrom();
            // Words such as XMLTABLE, JSON_TABLE and COALESCE are syntax, not functions.
            if (last > first || tokens.keyword(first).canNameFunction()) {
                calls.note(first, last);
            }
            scan.at = last + 1;
            queries.parentheses();
        } else if (tokens.keyword(first).isReserved()) {
            // CURRENT_DATE and the like, or SELECT where an item is missing: neither calls a function.
            if (!isClause(tokens.keyword(first))) {
                scan.findings().callsInFrom();
                scan.at = last + 1;
            }
        } else {
            scan.reads(scan.takeName());
        }
    }

    private void suffix() {
        if (scan.isAt(TokenType.OPERATOR) && tokens.text(scan.at).equals("*")) {
            scan.at++;
        }
        if (scan.isAt(Keyword.WITH) && tokens.is(scan.at + 1, Keyword.ORDINALITY)) {
            scan.at += 2;
        }
        alias();
        if (scan.isAt(Keyword.TABLESAMPLE)) {
            sample();
        }
    }

    /** Steps over an alias and its column list, which contains only names and types. */
    void alias() {
        if (scan.accept(Keyword.AS)) {
            if (tokens.isName(scan.at)) {
                scan.at++;
            }
        } else if (isBareAlias()) {
            scan.at++;
        } else {
            return;
        }
        if (scan.isAt(TokenType.LEFT_PAREN)) {
            scan.at = tokens.afterParenthesis(scan.at);
        }
    }

    private boolean isBareAlias() {
        return tokens.isName(scan.at) && tokens.keyword(scan.at).canNameAlias() && !scan.isAt(Keyword.SET);
    }

    private void sample() {
        scan.at++;
        if (tokens.isFreeName(scan.at)) {
            scan.at = tokens.endOfName(scan.at) + 1;
        }
        if (scan.isAt(TokenType.LEFT_PAREN)) {
            queries.parentheses();
        }
        if (scan.accept(Keyword.REPEATABLE) && scan.isAt(TokenType.LEFT_PAREN)) {
            queries.parentheses();
        }
    }

    /** Whether the next token ends a join condition outside parentheses. */
    boolean endsCondition(boolean withinCase) {
        Keyword keyword = tokens.keyword(scan.at);
        return switch (keyword) {
            case JOIN -> !isCallOfJoin();
            case LEFT, RIGHT, FULL, INNER, CROSS, NATURAL -> !tokens.is(scan.at + 1, TokenType.LEFT_PAREN);
            case WHEN -> !withinCase;
            case ON, USING -> true;
            default -> isClause(keyword);
        };
    }

    /** JOIN may name a function, but a call cannot follow an operand. */
    private boolean isCallOfJoin() {
        if (!tokens.is(scan.at + 1, TokenType.LEFT_PAREN)) {
            return false;
        }
        return switch (tokens.keyword(scan.at - 1)) {
            case LEFT, RIGHT, FULL, INNER, CROSS, NATURAL, OUTER -> false;
            default -> !calls.endsOperand(scan.at - 1);
        };
    }

    private static boolean isClause(Keyword keyword) {
        return switch (keyword) {
            case SELECT,
                    WHERE,
                    GROUP,
                    HAVING,
                    WINDOW,
                    UNION,
                    INTERSECT,
                    EXCEPT,
                    ORDER,
                    LIMIT,
                    OFFSET,
                    FETCH,
                    FOR,
                    INTO,
                    RETURNING -> true;
            default -> false;
        };
    }
}
