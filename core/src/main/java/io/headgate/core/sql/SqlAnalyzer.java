package io.headgate.core.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Analyzes what a PostgreSQL text does, from the text alone.
 *
 * <p>It reads the syntax of PostgreSQL 14 to 18 with {@code standard_conforming_strings} on. It never throws, and its time is linear
 * in the text's length; cache the result for texts that are used again. It does not read code in strings (function bodies, {@code DO}
 * blocks, dynamic SQL).
 *
 * <p>In doubt, a text counts as a write.
 */
final class SqlAnalyzer {
    private SqlAnalyzer() {}

    /**
     * Analyzes a text, which may contain any number of statements.
     *
     * @param sql the text as sent to the server; any text is allowed
     */
    static SqlAnalysis analyze(String sql) {
        Tokens tokens = Tokens.of(sql);
        Findings findings = new Findings();
        StatementSplitter splitter = new StatementSplitter(tokens);
        StatementAnalyzer analyzer = new StatementAnalyzer(tokens, findings);
        @Nullable StatementSpan only = null;
        @Nullable List<StatementSpan> several = null;
        int first = 0;
        while (!tokens.is(first, TokenType.END)) {
            int end = splitter.endOf(first);
            if (end > first) {
                StatementSpan span =
                        new StatementSpan(analyzer.analyze(first), tokens.start(first), tokens.end(end - 1));
                if (only == null) {
                    only = span;
                } else {
                    if (several == null) {
                        several = new ArrayList<>();
                        several.add(only);
                    }
                    several.add(span);
                }
            }
            first = tokens.is(end, TokenType.SEMICOLON) ? end + 1 : end;
        }
        List<StatementSpan> statements = several != null ? several : only != null ? List.of(only) : List.of();
        if (tokens.hasUnreadEscape()) {
            findings.doubt("it contains an UESCAPE that is not understood");
        }
        SqlProblem problem = tokens.problem();
        if (problem != null) {
            findings.doubt("it cannot be read: " + problem.message());
        } else if (statements.size() != 1) {
            findings.doubt(statements.isEmpty() ? "it holds no statement" : "it holds more than one statement");
        }
        return new SqlAnalysis(statements, splitter.parameters(), splitter.hasReturning(), findings, problem);
    }
}
