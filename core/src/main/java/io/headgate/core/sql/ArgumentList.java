package io.headgate.core.sql;

import java.util.Locale;
import java.util.Set;

/** Examines one argument of a function call. */
final class ArgumentList {
    /** The value of a boolean argument, as far as the text shows it. */
    enum Constant {
        TRUE,
        FALSE,
        /** A parameter, an expression, null, or too many tokens away to be examined. */
        OTHER,
        /** The call has no such argument. */
        MISSING
    }

    /** The quoted texts that PostgreSQL parses as true. */
    private static final Set<String> TRUE_SPELLINGS =
            Set.of("'t'", "'tr'", "'tru'", "'true'", "'y'", "'ye'", "'yes'", "'on'", "'1'");

    /** The quoted texts that PostgreSQL parses as false. */
    private static final Set<String> FALSE_SPELLINGS =
            Set.of("'f'", "'fa'", "'fal'", "'fals'", "'false'", "'n'", "'no'", "'of'", "'off'", "'0'");

    /** Maximum distance in tokens from the parenthesis to the argument. Without it, nested calls would cost quadratic time. */
    private static final int MAX_DISTANCE = 200;

    private ArgumentList() {}

    /**
     * The argument's constant value.
     *
     * @param open the index of the call's opening parenthesis; if there is none, the argument is missing
     * @param index the argument's position, from 0
     * @param name the argument's name, for a call with named arguments
     */
    static Constant constant(Tokens tokens, int open, int index, String name) {
        if (!tokens.is(open, TokenType.LEFT_PAREN)) {
            return Constant.MISSING;
        }
        int depth = 0;
        int argument = 0;
        boolean begins = false;
        for (int i = open; i < open + MAX_DISTANCE && !tokens.endsStatement(i); i++) {
            if (begins && depth == 1) {
                boolean named = tokens.isName(i) && tokens.is(i + 1, TokenType.ARGUMENT_NAME);
                if (named ? tokens.name(i).equals(name) : argument == index) {
                    return constant(tokens, named ? i + 2 : i);
                }
            }
            begins = false;
            switch (tokens.type(i)) {
                case LEFT_PAREN, LEFT_BRACKET -> {
                    depth++;
                    begins = i == open;
                }
                case RIGHT_PAREN, RIGHT_BRACKET -> {
                    depth--;
                    if (depth == 0) {
                        return Constant.MISSING;
                    }
                }
                case COMMA -> {
                    argument += depth == 1 ? 1 : 0;
                    begins = true;
                }
                default -> {}
            }
        }
        return Constant.OTHER;
    }

    /** The value if a literal is the whole argument, optionally with a cast to boolean. */
    private static Constant constant(Tokens tokens, int i) {
        int end = i + 1;
        if (tokens.is(end, TokenType.CAST)) {
            int last = tokens.isName(end + 1) ? tokens.endOfName(end + 1) : end;
            boolean bool =
                    tokens.is(last, TokenType.WORD) && (tokens.spells(last, "bool") || tokens.spells(last, "boolean"));
            end = bool ? last + 1 : i;
        }
        if (!tokens.is(end, TokenType.COMMA) && !tokens.is(end, TokenType.RIGHT_PAREN)) {
            return Constant.OTHER;
        }
        String text = tokens.is(i, TokenType.STRING) ? tokens.text(i).toLowerCase(Locale.ROOT) : "";
        if (tokens.is(i, Keyword.TRUE) || TRUE_SPELLINGS.contains(text)) {
            return Constant.TRUE;
        }
        return tokens.is(i, Keyword.FALSE) || FALSE_SPELLINGS.contains(text) ? Constant.FALSE : Constant.OTHER;
    }
}
