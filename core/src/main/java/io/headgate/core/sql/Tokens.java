package io.headgate.core.sql;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text without white space and comments.
 *
 * <p>Stored in parallel arrays, so that a token needs no object. Every index is allowed: outside the text all tokens are {@link
 * TokenType#END}.
 */
final class Tokens {
    private final String text;
    private TokenType[] types;
    /** The keywords that the words spell. */
    private Keyword[] spellings;
    /** The keywords that the words mean at their place; NONE for a word that is a name there. */
    private Keyword[] keywords;

    private int[] starts;
    private int[] ends;
    private int size;
    /** The escape characters of names with {@code UESCAPE}, by token; null until there is one. */
    private @Nullable Map<Integer, Character> escapes;

    private boolean unreadEscape;
    private @Nullable SqlProblem problem;

    private Tokens(String text, int capacity) {
        this.text = text;
        types = new TokenType[capacity];
        spellings = new Keyword[capacity];
        keywords = new Keyword[capacity];
        starts = new int[capacity];
        ends = new int[capacity];
    }

    static Tokens of(String text) {
        Tokens tokens = new Tokens(text, text.length() / 4 + 8);
        SqlLexer lexer = new SqlLexer(text);
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            if (!type.isTrivia()) {
                tokens.add(type, lexer);
            }
        }
        tokens.problem = lexer.problem();
        return tokens;
    }

    private void add(TokenType type, SqlLexer lexer) {
        if (is(size - 1, Keyword.UESCAPE) && isUnicode(size - 2)) {
            if (type == TokenType.STRING || type == TokenType.DOLLAR_STRING) {
                takeEscape(type, lexer);
                return;
            }
            unreadEscape = true;
        }
        if (size == types.length) {
            int capacity = size * 2;
            types = Arrays.copyOf(types, capacity);
            spellings = Arrays.copyOf(spellings, capacity);
            keywords = Arrays.copyOf(keywords, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        types[size] = type;
        spellings[size] = lexer.keyword();
        keywords[size] = is(size - 1, TokenType.DOT) || is(size - 1, Keyword.AS) ? Keyword.NONE : lexer.keyword();
        starts[size] = lexer.start();
        ends[size] = lexer.end();
        size++;
    }

    private boolean isUnicode(int i) {
        return is(i, TokenType.UNICODE_NAME)
                || (is(i, TokenType.STRING) && text.regionMatches(true, starts[i], "U&", 0, 2));
    }

    /** Merges the name or string, {@code UESCAPE} and the literal after it into one token, like PostgreSQL's parser. */
    private void takeEscape(TokenType literal, SqlLexer lexer) {
        size--;
        int token = size - 1;
        ends[token] = lexer.end();
        char escape = UnicodeEscape.character(text, lexer.start(), lexer.end(), literal);
        unreadEscape |= escape == UnicodeEscape.NONE;
        if (escapes == null) {
            escapes = new HashMap<>();
        }
        escapes.put(token, escape);
    }

    /** The first problem that the lexer found, or null. */
    @Nullable
    SqlProblem problem() {
        return problem;
    }

    /** Whether the text has an {@code UESCAPE} that is not understood, so that {@link #name} may be wrong. */
    boolean hasUnreadEscape() {
        return unreadEscape;
    }

    TokenType type(int i) {
        return i >= 0 && i < size ? types[i] : TokenType.END;
    }

    boolean is(int i, TokenType type) {
        return type(i) == type;
    }

    /**
     * The token's keyword; {@link Keyword#NONE} for quoted names and for tokens that are not words. A word after a dot or after {@code
     * AS} is always a name, whatever it spells: {@code (r).from}, {@code AS distinct}.
     */
    Keyword keyword(int i) {
        return i >= 0 && i < size ? keywords[i] : Keyword.NONE;
    }

    /** The keyword that the token spells, even where it is a name. For the few places where no label follows {@code AS}. */
    Keyword spelling(int i) {
        return i >= 0 && i < size ? spellings[i] : Keyword.NONE;
    }

    /** Treats the word as the keyword that it spells, such as SELECT after the {@code AS} of {@code CREATE TABLE ... AS}. */
    void takeForKeyword(int i) {
        if (i < size) {
            keywords[i] = spellings[i];
        }
    }

    boolean is(int i, Keyword keyword) {
        return keyword(i) == keyword;
    }

    /** Whether a statement ends at the token: a semicolon or the end of the text. */
    boolean endsStatement(int i) {
        TokenType type = type(i);
        return type == TokenType.SEMICOLON || type == TokenType.END;
    }

    boolean isName(int i) {
        return type(i).isName();
    }

    /** Whether the token is a name and not a reserved word. */
    boolean isFreeName(int i) {
        return isName(i) && !keyword(i).isReserved();
    }

    /** The start of the token; the text's length after the last token. */
    int start(int i) {
        return i < size ? starts[i] : text.length();
    }

    int end(int i) {
        return i < size ? ends[i] : text.length();
    }

    /** Whether the token has this spelling, ignoring case. */
    boolean spells(int i, String word) {
        return ends[i] - starts[i] == word.length() && text.regionMatches(true, starts[i], word, 0, word.length());
    }

    /** The token's text. */
    String text(int i) {
        return text.substring(start(i), end(i));
    }

    /** The token's name: folded, or without its quotes and escapes. */
    String name(int i) {
        return switch (type(i)) {
            case QUOTED_NAME -> Names.unquote(text, starts[i] + 1, ends[i]);
            case UNICODE_NAME -> unicodeName(i);
            default -> Names.fold(text, start(i), end(i));
        };
    }

    private String unicodeName(int i) {
        Character escape = escapes == null ? null : escapes.get(i);
        if (escape == null) {
            return UnicodeEscape.decode(Names.unquote(text, starts[i] + 3, ends[i]), '\\');
        }
        int end = QuotedText.endOfSegment(text, starts[i] + 2, '"', false);
        return UnicodeEscape.decode(Names.unquote(text, starts[i] + 3, end), escape);
    }

    /** The index of the last token of the dotted name that begins at {@code i}. The token {@code i} must be a name. */
    int endOfName(int i) {
        int last = i;
        while (is(last + 1, TokenType.DOT) && isName(last + 2)) {
            last += 2;
        }
        return last;
    }

    /** The last two parts of the name whose tokens span {@code first} to {@code last}, or its only part. */
    SqlName qualifiedName(int first, int last) {
        return last == first ? SqlName.unqualified(name(first)) : new SqlName(name(last - 2), name(last));
    }

    /** The index after the closing parenthesis for the one at {@code open}, or the statement's end. */
    int afterParenthesis(int open) {
        int depth = 0;
        for (int i = open; !endsStatement(i); i++) {
            if (is(i, TokenType.LEFT_PAREN)) {
                depth++;
            } else if (is(i, TokenType.RIGHT_PAREN) && --depth == 0) {
                return i + 1;
            }
        }
        return endOfStatement(open);
    }

    /** The index of the first semicolon at or after {@code i}, or of the end of the text. */
    int endOfStatement(int i) {
        int end = i;
        while (!endsStatement(end)) {
            end++;
        }
        return end;
    }
}
