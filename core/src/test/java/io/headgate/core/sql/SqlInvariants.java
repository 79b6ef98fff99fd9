package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;

/** Invariants of the analysis for every text. The property tests and the fuzz tests share them. */
final class SqlInvariants {
    private SqlInvariants() {}

    static void check(String sql) {
        tokensTileTheText(sql);
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        resultIsConsistent(sql, analysis);
        aFollowingWriteIsSeen(sql);
        if (analysis.problem() == null) {
            String expected = SqlCorpusTest.describe(analysis);
            assertSame(sql, expected, respaced(sql, " "));
            assertSame(sql, expected, respaced(sql, " /* ; ' $$ /* */ \" */ "));
            assertSame(sql, expected, recased(sql, true));
            assertSame(sql, expected, recased(sql, false));
        }
    }

    private static void assertSame(String sql, String expected, String variant) {
        assertThat(SqlCorpusTest.describe(SqlAnalyzer.analyze(variant)))
                .as("<%s> as a variant of <%s>", variant, sql)
                .isEqualTo(expected);
    }

    static void tokensTileTheText(String sql) {
        SqlLexer lexer = new SqlLexer(sql);
        int position = 0;
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            assertThat(lexer.start()).as("start of a token of <%s>", sql).isEqualTo(position);
            assertThat(lexer.end()).as("end of a token of <%s>", sql).isGreaterThan(position);
            position = lexer.end();
        }
        assertThat(position).as("end of the last token of <%s>", sql).isEqualTo(sql.length());
        assertThat(lexer.next()).isEqualTo(TokenType.END);
    }

    private static void resultIsConsistent(String sql, SqlAnalysis analysis) {
        int position = 0;
        for (StatementSpan span : analysis.statements()) {
            assertThat(span.start()).as("start in <%s>", sql).isGreaterThanOrEqualTo(position);
            assertThat(span.end()).as("end in <%s>", sql).isGreaterThan(span.start());
            position = span.end();
        }
        assertThat(position).isLessThanOrEqualTo(sql.length());
        if (analysis.readOnlyProof().isProven()) {
            assertThat(analysis.isSingle()).as("single: <%s>", sql).isTrue();
            assertThat(analysis.tablesWritten()).as("written by <%s>", sql).isEmpty();
            assertThat(analysis.problem()).as("problem in <%s>", sql).isNull();
        }
        for (TransactionModeViolation violation : analysis.transactionModeViolations()) {
            assertThat(violation.position()).as("in <%s>", sql).isBetween(0, sql.length());
        }
    }

    private static void aFollowingWriteIsSeen(String sql) {
        assertThat(SqlAnalyzer.analyze(sql + "\n; DELETE FROM t")
                        .readOnlyProof()
                        .isProven())
                .as("<%s> with a write after it", sql)
                .isFalse();
    }

    /** Puts a separator without a newline between all tokens, because a newline could join two literals. */
    private static String respaced(String sql, String space) {
        StringBuilder variant = new StringBuilder();
        SqlLexer lexer = new SqlLexer(sql);
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            if (!type.isTrivia()) {
                variant.append(space);
            }
            variant.append(sql, lexer.start(), lexer.end());
        }
        return variant.toString();
    }

    private static String recased(String sql, boolean upper) {
        StringBuilder variant = new StringBuilder();
        SqlLexer lexer = new SqlLexer(sql);
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            String token = sql.substring(lexer.start(), lexer.end());
            boolean ascii = token.chars().allMatch(c -> c < 0x80);
            if (type == TokenType.WORD && ascii) {
                token = upper ? token.toUpperCase(Locale.ROOT) : token.toLowerCase(Locale.ROOT);
            }
            variant.append(token);
        }
        return variant.toString();
    }
}
