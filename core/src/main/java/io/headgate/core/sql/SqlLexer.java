package io.headgate.core.sql;

import org.jspecify.annotations.Nullable;

/**
 * Splits a text into PostgreSQL's tokens without copying it.
 *
 * <p>Every {@code char} of the text belongs to exactly one token; white space and comments are tokens too. Every text can be read:
 * a part that PostgreSQL would refuse becomes a token too, and {@link #problem()} reports the first such place. The lexer assumes
 * that {@code standard_conforming_strings} is on.
 *
 * <p>The time to read a text is linear in its length, for every text. Not thread-safe.
 *
 * <p>Source: PostgreSQL 18, {@code src/backend/parser/scan.l}.
 */
final class SqlLexer {
    private static final String OPERATOR_CHARACTERS = "~!@#^&|`?+-*/%<>=";
    /** An operator may end in + or - only if it contains one of these. */
    private static final String SIGN_KEEPING_CHARACTERS = "~!@#^&|`?%";

    private final String text;
    private final int length;
    private int start;
    private int position;
    private Keyword keyword = Keyword.NONE;
    private @Nullable SqlProblem problem;

    // The current run of operator characters. Kept between tokens, because scanning "+-+-+-..." again for each token
    // would take
    // quadratic time.
    private int runEnd;
    private int runLastSignKeeper;
    private int runLastUnsigned;

    SqlLexer(String text) {
        this.text = text;
        this.length = text.length();
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            report(nul, "A NUL character cannot be sent to PostgreSQL; remove it");
        }
    }

    /** The start of the token that {@link #next()} returned. */
    int start() {
        return start;
    }

    /** The end of the token that {@link #next()} returned, exclusive. */
    int end() {
        return position;
    }

    /** The token's keyword; {@link Keyword#NONE} for quoted names and for tokens that are not words. */
    Keyword keyword() {
        return keyword;
    }

    /** The first problem for PostgreSQL's scanner among the tokens read so far; a NUL character anywhere is found at once. */
    @Nullable
    SqlProblem problem() {
        return problem;
    }

    /** Moves to the next token. After the last one it always returns {@link TokenType#END}. */
    TokenType next() {
        start = position;
        keyword = Keyword.NONE;
        if (position >= length) {
            return TokenType.END;
        }
        char c = text.charAt(position);
        if (Characters.isIdentifierStart(c)) {
            return wordOrPrefixedLiteral(c);
        }
        if (Characters.isSpace(c)) {
            position = Characters.skipSpace(text, position);
            return TokenType.WHITESPACE;
        }
        return switch (c) {
            case ',' -> single(TokenType.COMMA);
            case '(' -> single(TokenType.LEFT_PAREN);
            case ')' -> single(TokenType.RIGHT_PAREN);
            case '[' -> single(TokenType.LEFT_BRACKET);
            case ']' -> single(TokenType.RIGHT_BRACKET);
            case ';' -> single(TokenType.SEMICOLON);
            case '\'' -> string(position, false);
            case '"' -> quotedName(position, TokenType.QUOTED_NAME);
            case '$' -> dollar();
            case '.' -> dot();
            case ':' -> colon();
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> operatorOrComment(c);
        };
    }

    private TokenType single(TokenType type) {
        position++;
        return type;
    }

    private char at(int index) {
        return index < length ? text.charAt(index) : '\0';
    }

    private void report(int at, String message) {
        if (problem == null) {
            problem = new SqlProblem(at, message);
        }
    }

    private TokenType wordOrPrefixedLiteral(char first) {
        char second = at(position + 1);
        if (second == '\'') {
            switch (first) {
                case 'e', 'E' -> {
                    return string(position + 1, true);
                }
                case 'b', 'B', 'x', 'X', 'n', 'N' -> {
                    return string(position + 1, false);
                }
                default -> {}
            }
        } else if (second == '&' && (first == 'u' || first == 'U')) {
            char third = at(position + 2);
            if (third == '\'') {
                return string(position + 2, false);
            }
            if (third == '"') {
                return quotedName(position + 2, TokenType.UNICODE_NAME);
            }
        }
        int hash = 0;
        int i = position;
        while (i < length && Characters.isIdentifierPart(text.charAt(i))) {
            hash = Keyword.hashStep(hash, text.charAt(i));
            i++;
        }
        keyword = Keyword.find(text, position, i, hash);
        position = i;
        return TokenType.WORD;
    }

    private TokenType string(int quote, boolean backslashes) {
        int end = QuotedText.endOfString(text, quote, backslashes);
        if (end < 0) {
            report(start, "The string literal has no closing quote; add ' or double a ' that belongs to the text");
            end = length;
        }
        position = end;
        return TokenType.STRING;
    }

    private TokenType quotedName(int quote, TokenType type) {
        int end = QuotedText.endOfSegment(text, quote, '"', false);
        if (end < 0) {
            report(start, "The quoted identifier has no closing \"; add it or double a \" that belongs to the name");
            end = length;
        } else if (end == quote + 2) {
            report(start, "A quoted identifier must not be empty");
        }
        position = end;
        return type;
    }

    private TokenType dollar() {
        char next = at(position + 1);
        if (Characters.isDigit(next)) {
            int i = position + 1;
            while (i < length && Characters.isDigit(text.charAt(i))) {
                i++;
            }
            if (i < length && Characters.isIdentifierStart(text.charAt(i))) {
                report(start, "A parameter is $ and digits; letters follow it: put a space between");
            }
            position = i;
            return TokenType.PARAMETER;
        }
        int tagEnd = QuotedText.endOfDollarTag(text, position);
        if (tagEnd < 0) {
            report(start, "A $ here begins neither a parameter such as $1 nor a dollar quote such as $$ or $tag$");
            return single(TokenType.OTHER);
        }
        int end = QuotedText.endOfDollarString(text, position, tagEnd);
        if (end < 0) {
            report(start, "The dollar-quoted string has no closing tag; repeat its opening tag at its end");
            end = length;
        }
        position = end;
        return TokenType.DOLLAR_STRING;
    }

    private TokenType dot() {
        char next = at(position + 1);
        if (Characters.isDigit(next)) {
            return number();
        }
        if (next == '.') {
            position += 2;
            return TokenType.DOT_DOT;
        }
        return single(TokenType.DOT);
    }

    private TokenType colon() {
        char next = at(position + 1);
        if (next == ':') {
            position += 2;
            return TokenType.CAST;
        }
        if (next == '=') {
            position += 2;
            return TokenType.ARGUMENT_NAME;
        }
        return single(TokenType.COLON);
    }

    private TokenType number() {
        position = Characters.endOfNumber(text, position);
        return TokenType.NUMBER;
    }

    private TokenType operatorOrComment(char c) {
        if (c == '-' && at(position + 1) == '-') {
            position = Characters.endOfLine(text, position);
            return TokenType.LINE_COMMENT;
        }
        if (c == '/' && at(position + 1) == '*') {
            int end = QuotedText.endOfBlockComment(text, position);
            if (end < 0) {
                report(start, "The comment has no closing */; comments nest, so each /* needs its own");
                end = length;
            }
            position = end;
            return TokenType.BLOCK_COMMENT;
        }
        if (OPERATOR_CHARACTERS.indexOf(c) >= 0) {
            return operator();
        }
        report(start, "The character at this position cannot begin a token in PostgreSQL; quote or remove it");
        return single(TokenType.OTHER);
    }

    private TokenType operator() {
        if (position >= runEnd) {
            scanRun();
        }
        int end = runEnd;
        if (runLastSignKeeper < position) {
            end = Math.max(runLastUnsigned, position) + 1;
        }
        boolean arrow = end - position == 2 && text.charAt(position) == '=' && text.charAt(position + 1) == '>';
        position = end;
        return arrow ? TokenType.ARGUMENT_NAME : TokenType.OPERATOR;
    }

    private void scanRun() {
        runLastSignKeeper = -1;
        runLastUnsigned = -1;
        int i = position;
        while (i < length) {
            char c = text.charAt(i);
            if (OPERATOR_CHARACTERS.indexOf(c) < 0 || Characters.beginsComment(text, i)) {
                break;
            }
            if (SIGN_KEEPING_CHARACTERS.indexOf(c) >= 0) {
                runLastSignKeeper = i;
            }
            if (c != '+' && c != '-') {
                runLastUnsigned = i;
            }
            i++;
        }
        runEnd = i;
    }
}
