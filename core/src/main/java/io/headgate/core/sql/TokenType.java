package io.headgate.core.sql;

/** Types of tokens, as in PostgreSQL's scanner. */
enum TokenType {
    WHITESPACE,
    LINE_COMMENT,
    BLOCK_COMMENT,
    /** An unquoted identifier or keyword. */
    WORD,
    /** {@code "name"}. */
    QUOTED_NAME,
    /** {@code U&"name"}. */
    UNICODE_NAME,
    /** Any string or bit literal: {@code '..'}, {@code E'..'}, {@code N'..'}, {@code U&'..'}, {@code B'..'}, {@code X'..'}. */
    STRING,
    /** {@code $tag$..$tag$}. */
    DOLLAR_STRING,
    NUMBER,
    /** {@code $1}. */
    PARAMETER,
    OPERATOR,
    /** {@code ::}. */
    CAST,
    /** {@code :=} or {@code =>}, both of which name an argument. */
    ARGUMENT_NAME,
    COLON,
    DOT,
    /** {@code ..}. */
    DOT_DOT,
    COMMA,
    SEMICOLON,
    LEFT_PAREN,
    RIGHT_PAREN,
    LEFT_BRACKET,
    RIGHT_BRACKET,
    /** A character that cannot begin a token in PostgreSQL. */
    OTHER,
    /** The end of the text; empty. */
    END;

    /** Whether the parser ignores the token. */
    boolean isTrivia() {
        return this == WHITESPACE || this == LINE_COMMENT || this == BLOCK_COMMENT;
    }

    /** Whether the token can be a name. */
    boolean isName() {
        return this == WORD || this == QUOTED_NAME || this == UNICODE_NAME;
    }
}
