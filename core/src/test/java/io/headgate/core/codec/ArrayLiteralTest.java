package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayLiteralTest {

    private static final String ALPHABET = "ab,{}\"\\ \nNULlé😀";

    @Test
    void readsTheFormsPostgresWrites() {
        assertThat(ArrayLiteral.parse("{}")).isEmpty();
        assertThat(ArrayLiteral.parse("{a}")).containsExactly("a");
        assertThat(ArrayLiteral.parse("[-1:0]={a,NULL}")).containsExactly("a", null);
        assertThat(ArrayLiteral.parse("{a,NULL,\"NULL\",\"\"}")).containsExactly("a", null, "NULL", "");
        assertThat(ArrayLiteral.parse("{\"a,b\",\"{c}\",\"d\\\"e\\\\f\"}")).containsExactly("a,b", "{c}", "d\"e\\f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "a",
                "a,b",
                "[0:1]",
                "[0:1]={",
                "[0:1][1:1]={{a},{b}}",
                "{{a},{b}}",
                "{a,}",
                "{\"a}",
                "{\"a\"b}",
                "{\"\\\"}"
            })
    void leavesAlone_whatIsNoArrayOfOneDimension(String text) {
        assertThat(ArrayLiteral.parse(text)).isNull();
    }

    @Test
    void readsBackWhatAWriterWrites() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            List<String> elements = randomElements(random);
            assertThat(ArrayLiteral.parse(write(elements, random.nextBoolean())))
                    .isEqualTo(elements);
        }
    }

    @Test
    void neverThrows() {
        Random random = new Random(43);
        for (int i = 0; i < 20_000; i++) {
            String text =
                    (random.nextInt(4) > 0 ? "{" : "") + randomText(random, 12) + (random.nextInt(4) > 0 ? "}" : "");
            assertThatCode(() -> ArrayLiteral.parse(text)).as(text).doesNotThrowAnyException();
        }
    }

    private static List<String> randomElements(Random random) {
        List<String> elements = new ArrayList<>();
        for (int count = random.nextInt(5); count > 0; count--) {
            elements.add(random.nextInt(5) == 0 ? null : randomText(random, 6));
        }
        return elements;
    }

    private static String randomText(Random random, int maxLength) {
        int[] characters = ALPHABET.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    /** Writes like PostgreSQL's array_out: with quotes where they are needed, or everywhere, which must read the same. */
    private static String write(List<String> elements, boolean quoteAll) {
        return elements.stream()
                .map(element -> element == null ? "NULL" : quoteAll || needsQuotes(element) ? quote(element) : element)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static boolean needsQuotes(String element) {
        return element.isEmpty()
                || element.equalsIgnoreCase("NULL")
                || Arrays.stream("{},\"\\ \n".split("")).anyMatch(element::contains);
    }

    private static String quote(String element) {
        return '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
