package io.headgate.core.sql;

import java.util.Locale;
import java.util.Set;

/** Looks at one argument of a function call. */
final class ArgumentList {
    /** What PostgreSQL reads as false, when it stands in quotes. */
    private static final Set<String> FALSE_SPELLINGS =
            Set.of("'f'", "'fa'", "'fal'", "'fals'", "'false'", "'n'", "'no'", "'of'", "'off'", "'0'");

    /** An argument that is farther away counts as not visible; calls nested in calls would else cost quadratic time. */
    private static final int FARTHEST_TOKEN = 200;

    private ArgumentList() {}

    /**
     * Whether the argument is visibly the constant false.
     *
     * @param open the opening parenthesis of the call
     * @param index which argument, from 0
     * @param name its name, by which it may be given instead
     */
    static boolean isFalse(Tokens tokens, int open, int index, String name) {
        int depth = 0;
        int argument = 0;
        boolean begins = true;
        for (int i = open; i < open + FARTHEST_TOKEN && !tokens.endsStatement(i); i++) {
            switch (tokens.type(i)) {
                case LEFT_PAREN, LEFT_BRACKET -> depth++;
                case RIGHT_PAREN, RIGHT_BRACKET -> {
                    depth--;
                    if (depth == 0) {
                        return false;
                    }
                }
                case COMMA -> {
                    if (depth == 1) {
                        argument++;
                        begins = true;
                        continue;
                    }
                }
                default -> {
                    if (begins && depth == 1) {
                        boolean named = tokens.isName(i) && tokens.is(i + 1, TokenType.ARGUMENT_NAME);
                        int value = named ? i + 2 : i;
                        boolean meant = named ? tokens.name(i).equals(name) : argument == index;
                        if (meant) {
                            return isFalseConstant(tokens, value);
                        }
                    }
                    begins = false;
                }
            }
        }
        return false;
    }

    private static boolean isFalseConstant(Tokens tokens, int i) {
        TokenType after = tokens.type(i + 1);
        boolean whole = after == TokenType.COMMA || after == TokenType.RIGHT_PAREN || after == TokenType.CAST;
        return whole
                && (tokens.is(i, Keyword.FALSE)
                        || (tokens.is(i, TokenType.STRING)
                                && FALSE_SPELLINGS.contains(tokens.text(i).toLowerCase(Locale.ROOT))));
    }
}
