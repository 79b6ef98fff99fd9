package io.headgate.core.sql;

/**
 * The options between EXPLAIN and its statement.
 *
 * @param analyze whether EXPLAIN runs the statement
 * @param statement the index of the statement's first token
 */
record ExplainOptions(boolean analyze, int statement) {
    /** Reads the options; {@code explain} is the index of the word EXPLAIN. */
    static ExplainOptions read(Tokens tokens, int explain) {
        int i = explain + 1;
        if (tokens.is(i, TokenType.LEFT_PAREN) && isOption(tokens, i + 1)) {
            return readList(tokens, i);
        }
        boolean analyze = tokens.is(i, Keyword.ANALYZE) || tokens.is(i, Keyword.ANALYSE);
        if (analyze) {
            i++;
        }
        if (tokens.is(i, Keyword.VERBOSE)) {
            i++;
        }
        return new ExplainOptions(analyze, i);
    }

    private static boolean isOption(Tokens tokens, int i) {
        return switch (tokens.keyword(i)) {
            case SELECT, WITH, TABLE -> false;
            case VALUES -> !tokens.is(i + 1, TokenType.LEFT_PAREN);
            default -> tokens.isName(i);
        };
    }

    /** If ANALYZE is given twice, it counts if one of them is on, to be safe. */
    private static ExplainOptions readList(Tokens tokens, int open) {
        boolean analyze = false;
        int end = tokens.afterParenthesis(open);
        for (int i = open; i < end - 1; i++) {
            boolean begins = tokens.is(i, TokenType.LEFT_PAREN) || tokens.is(i, TokenType.COMMA);
            if (begins && isAnalyze(tokens, i + 1) && !isOff(tokens, i + 2)) {
                analyze = true;
            }
        }
        return new ExplainOptions(analyze, end);
    }

    private static boolean isAnalyze(Tokens tokens, int i) {
        if (!tokens.isName(i)) {
            return false;
        }
        String name = tokens.name(i);
        return name.equals("analyze") || name.equals("analyse");
    }

    private static boolean isOff(Tokens tokens, int i) {
        return switch (tokens.type(i)) {
            case WORD, QUOTED_NAME -> {
                String value = tokens.name(i);
                yield value.equals("false") || value.equals("off");
            }
            case NUMBER -> tokens.text(i).equals("0");
            case STRING -> tokens.spells(i, "'false'") || tokens.spells(i, "'off'");
            default -> false;
        };
    }
}
