package io.headgate.routing.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Whether a text holds a name, at any place: in a comment or a literal too. In doubt it does.
 *
 * @param folded the name as a text spells it, in lower case
 * @param begins whether the name begins a word
 * @param ends whether the name ends a word
 */
record NameInText(String folded, boolean begins, boolean ends) {

    /** PostgreSQL cuts longer names: {@code NAMEDATALEN - 1} bytes. */
    private static final int LONGEST_NAME = 63;

    private static final int LONGEST_CHARACTER = 4;

    /** An identifier: no part of a longer one. A text may spell a name of greatest length longer, since PostgreSQL cuts it. */
    static NameInText word(String name) {
        return new NameInText(fold(name.replace("\"", "\"\"")), true, bytes(name) <= LONGEST_NAME - LONGEST_CHARACTER);
    }

    /** An operator. The characters around it may belong to another one, or not. */
    static NameInText operator(String name) {
        return new NameInText(fold(name), false, false);
    }

    /** Whether PostgreSQL cuts the name, and so means another one. */
    static boolean isCut(String name) {
        return name.length() * LONGEST_CHARACTER > LONGEST_NAME && bytes(name) > LONGEST_NAME;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    static String fold(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code U&"..."} may spell any name. */
    static boolean mayHaveEscapedNames(String foldedText) {
        return foldedText.contains("u&\"");
    }

    boolean isIn(String foldedText) {
        int at = foldedText.indexOf(folded);
        while (at >= 0) {
            int end = at + folded.length();
            boolean begun = !begins || at == 0 || !isPartOfName(foldedText.charAt(at - 1));
            boolean ended = !ends || end == foldedText.length() || !isPartOfName(foldedText.charAt(end));
            if (begun && ended) {
                return true;
            }
            at = foldedText.indexOf(folded, at + 1);
        }
        return false;
    }

    private static boolean isPartOfName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80;
    }
}
