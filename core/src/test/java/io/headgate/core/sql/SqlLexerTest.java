package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLexerTest {
    /** The tokens as TYPE(text), without white space. */
    private static List<String> lex(String sql) {
        List<String> tokens = new ArrayList<>();
        SqlLexer lexer = new SqlLexer(sql);
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            if (type != TokenType.WHITESPACE) {
                tokens.add(type + "(" + sql.substring(lexer.start(), lexer.end()) + ")");
            }
        }
        return tokens;
    }

    private static SqlProblem problemIn(String sql) {
        SqlProblem problem = Tokens.of(sql).problem();
        return Objects.requireNonNull(problem, () -> "no problem found in " + sql);
    }

    @Test
    void aDoubledQuoteStaysWithinItsLiteral() {
        assertThat(lex("'it''s' x")).containsExactly("STRING('it''s')", "WORD(x)");
        assertThat(lex("\"a\"\"b\".c")).containsExactly("QUOTED_NAME(\"a\"\"b\")", "DOT(.)", "WORD(c)");
    }

    @Test
    void aBackslashEscapesOnlyInEscapeStrings() {
        assertThat(lex("'a\\' b")).containsExactly("STRING('a\\')", "WORD(b)");
        assertThat(lex("E'a\\' b'")).containsExactly("STRING(E'a\\' b')");
        assertThat(lex("e'a\\\\' b")).containsExactly("STRING(e'a\\\\')", "WORD(b)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"E'a'", "b'01'", "X'1F'", "n'a'", "U&'a'", "u&'\\0061'"})
    void aPrefixBelongsToItsLiteral(String literal) {
        assertThat(lex(literal)).containsExactly("STRING(" + literal + ")");
    }

    @Test
    void aPrefixMustStandAlone() {
        assertThat(lex("abcE'x\\'")).containsExactly("WORD(abcE)", "STRING('x\\')");
        assertThat(lex("U &'x'")).containsExactly("WORD(U)", "OPERATOR(&)", "STRING('x')");
        assertThat(lex("U&\"x\"")).containsExactly("UNICODE_NAME(U&\"x\")");
    }

    @Test
    void aLiteralGoesOnAfterANewlineOnly() {
        assertThat(lex("'a'\n'b'")).containsExactly("STRING('a'\n'b')");
        assertThat(lex("'a' -- why\n  'b'")).containsExactly("STRING('a' -- why\n  'b')");
        assertThat(lex("'a' 'b'")).containsExactly("STRING('a')", "STRING('b')");
        assertThat(lex("'a' /* \n */ 'b'")).containsExactly("STRING('a')", "BLOCK_COMMENT(/* \n */)", "STRING('b')");
        assertThat(lex("E'a'\n'\\'' 'c'")).containsExactly("STRING(E'a'\n'\\'')", "STRING('c')");
    }

    @Test
    void aDollarQuoteEndsAtItsOwnTag() {
        assertThat(lex("$$a'b$$")).containsExactly("DOLLAR_STRING($$a'b$$)");
        assertThat(lex("$x$ $y$ $$ $x $x$")).containsExactly("DOLLAR_STRING($x$ $y$ $$ $x $x$)");
        assertThat(lex("$a$b$a$")).containsExactly("DOLLAR_STRING($a$b$a$)");
        assertThat(lex("$é1$;$é1$")).containsExactly("DOLLAR_STRING($é1$;$é1$)");
    }

    @Test
    void dollarsInNamesAndParametersQuoteNothing() {
        assertThat(lex("a$b$c$b$")).containsExactly("WORD(a$b$c$b$)");
        assertThat(lex("$1+$23")).containsExactly("PARAMETER($1)", "OPERATOR(+)", "PARAMETER($23)");
        assertThat(lex("$1$$x$$")).containsExactly("PARAMETER($1)", "DOLLAR_STRING($$x$$)");
    }

    @Test
    void blockCommentsNestAndLineCommentsEndWithTheLine() {
        assertThat(lex("a /* /* ' */ ; */ b")).containsExactly("WORD(a)", "BLOCK_COMMENT(/* /* ' */ ; */)", "WORD(b)");
        assertThat(lex("a -- ' ;\nb")).containsExactly("WORD(a)", "LINE_COMMENT(-- ' ;)", "WORD(b)");
        assertThat(lex("a -- x\rb")).containsExactly("WORD(a)", "LINE_COMMENT(-- x)", "WORD(b)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "12_345",
                "1.5",
                "1.",
                ".5",
                "1e10",
                "1.5E-3",
                "0x1F",
                "0X_1f",
                "0o17",
                "0b1_0",
                "1_0.5_0e1_0"
            })
    void numbersAreOneToken(String number) {
        assertThat(lex(number)).containsExactly("NUMBER(" + number + ")");
    }

    @Test
    void numbersStopWhereTheyHaveTo() {
        assertThat(lex("1..2")).containsExactly("NUMBER(1)", "DOT_DOT(..)", "NUMBER(2)");
        assertThat(lex("1e")).containsExactly("NUMBER(1)", "WORD(e)");
        assertThat(lex("1_")).containsExactly("NUMBER(1)", "WORD(_)");
        assertThat(lex("0xg")).containsExactly("NUMBER(0)", "WORD(xg)");
        assertThat(lex("t.1")).containsExactly("WORD(t)", "NUMBER(.1)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a<>b | WORD(a) OPERATOR(<>) WORD(b)",
                "1+-2 | NUMBER(1) OPERATOR(+) OPERATOR(-) NUMBER(2)",
                "a@-b | WORD(a) OPERATOR(@-) WORD(b)",
                "a*-b | WORD(a) OPERATOR(*) OPERATOR(-) WORD(b)",
                "+-+ | OPERATOR(+) OPERATOR(-) OPERATOR(+)",
                "a<--b | WORD(a) OPERATOR(<) LINE_COMMENT(--b)",
                "a*/*b*/c | WORD(a) OPERATOR(*) BLOCK_COMMENT(/*b*/) WORD(c)",
                "a?&b | WORD(a) OPERATOR(?&) WORD(b)",
                "a::b | WORD(a) CAST(::) WORD(b)",
                "[1:2] | LEFT_BRACKET([) NUMBER(1) COLON(:) NUMBER(2) RIGHT_BRACKET(])",
                "a=>1 | WORD(a) ARGUMENT_NAME(=>) NUMBER(1)",
                "a:=1 | WORD(a) ARGUMENT_NAME(:=) NUMBER(1)",
                "a>=>b | WORD(a) OPERATOR(>=>) WORD(b)",
                "#>>- | OPERATOR(#>>-)",
            })
    void operatorsFollowPostgresRules(String sql, String tokens) {
        assertThat(String.join(" ", lex(sql))).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'a", "E'a\\'", "\"a", "$$a", "$x$a$y$", "/* /* */", "U&\"a", "$", "$x", "$1a", "\\", "{", "\"\""
            })
    void whatPostgresRefusesIsReportedWhereItBegins(String bad) {
        SqlProblem problem = problemIn("a " + bad);
        assertThat(problem.position()).isEqualTo(2);
        assertThat(problem.message()).isNotBlank();
    }

    @Test
    void aNulCharacterIsReportedEvenWithinALiteral() {
        assertThat(problemIn("SELECT 'a\0b'").position()).isEqualTo(9);
        assertThat(problemIn("SELECT 'a\0b'").message()).contains("NUL");
    }

    @Test
    void onlyTheFirstProblemIsKept() {
        assertThat(problemIn("{ $ 'x").position()).isZero();
    }

    @Test
    void keywordsAreKnownInAnyCaseButNotInQuotes() {
        Tokens tokens = Tokens.of("SeLeCt \"select\" selects sel\u212Aect \u017Felect");
        assertThat(tokens.keyword(0)).isEqualTo(Keyword.SELECT);
        for (int i = 1; i < 5; i++) {
            assertThat(tokens.keyword(i)).isEqualTo(Keyword.NONE);
        }
    }

    @Test
    void aNoBreakSpaceIsALetterAsItIsToPostgres() {
        assertThat(lex("SELECT\u00A01")).containsExactly("WORD(SELECT\u00A01)");
    }

    @Test
    void namesAreFoldedUnquotedAndDecoded() {
        Tokens tokens = Tokens.of("MuSiC \"Mu\"\"sic\" ÄÖ U&\"d\\0061t\\+000061\\\\x\\zz\"");
        assertThat(tokens.name(0)).isEqualTo("music");
        assertThat(tokens.name(1)).isEqualTo("Mu\"sic");
        assertThat(tokens.name(2)).isEqualTo("ÄÖ");
        assertThat(tokens.name(3)).isEqualTo("data\\x\\zz");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "U&\"d!0061t!+000061!!\" UESCAPE '!' (",
                "u&\"d!0061t!+000061!!\" /* a */ uescape -- b\n N'!' (",
                "U&\"d*0061t*+000061!\" UESCAPE $a$*$a$ (",
                "U&\"d\\0061t\\+000061!\" UESCAPE E'\\\\' (",
                "U&\"d.0061t.+000061!\" UESCAPE E'\\x2e' (",
                "U&\"d.0061t.+000061!\" UESCAPE E'\\056' (",
                "U&\"d.0061t.+000061!\" UESCAPE '' -- it's\n'.' ("
            })
    void anEscapeCharacterOfItsOwnBelongsToTheName(String sql) {
        Tokens tokens = Tokens.of(sql);
        assertThat(tokens.name(0)).isEqualTo("data!");
        assertThat(tokens.is(1, TokenType.LEFT_PAREN)).isTrue();
        assertThat(tokens.hasUnreadEscape()).isFalse();
    }

    @Test
    void surrogatesAreOneCharacter() {
        String name = Tokens.of("U&\"!d834!dd1e!+00d834!+00dd1e\" UESCAPE '!'").name(0);
        assertThat(name.codePoints()).containsExactly(0x1d11e, 0x1d11e);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a'", "'+'", "''''", "'\"'", "' '", "''", "'!!'", "B'1'", "1", "x", "U&'!'"})
    void whatIsNoEscapeCharacterIsNotUnderstood(String literal) {
        assertThat(Tokens.of("U&\"d!0061t\" UESCAPE " + literal).hasUnreadEscape())
                .isTrue();
        assertThat(Tokens.of("U&'d!0061t' UESCAPE " + literal).hasUnreadEscape())
                .isTrue();
    }

    @Test
    void aStringTakesItsEscapeCharacterToo() {
        Tokens tokens = Tokens.of("U&'a' UESCAPE '!', 'b' uescape '!'");
        assertThat(tokens.text(0)).isEqualTo("U&'a' UESCAPE '!'");
        assertThat(tokens.is(1, TokenType.COMMA)).isTrue();
        assertThat(tokens.is(3, Keyword.UESCAPE)).isTrue();
    }
}
