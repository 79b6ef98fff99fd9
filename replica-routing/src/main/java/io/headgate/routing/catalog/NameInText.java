package io.headgate.routing.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Whether a text holds a name, at any place: in a comment or a literal too. In doubt it does.
 *
 * @param folded the name as a text spells it, in lower case
 * @param place where the name has to stand
 * @param ends whether the name ends a word
 */
record NameInText(String folded, Place place, boolean ends) {

    /** Where a name has to stand. */
    enum Place {
        ANYWHERE,
        /** At the beginning of a word. */
        WORD,
        /** At the beginning of a word after a dot. */
        AFTER_DOT
    }

    /** PostgreSQL cuts longer names: {@code NAMEDATALEN - 1} bytes. */
    private static final int LONGEST_NAME = 63;

    private static final int LONGEST_CHARACTER = 4;

    /** An identifier: no part of a longer one. A text may spell a name of greatest length longer, since PostgreSQL cuts it. */
    static NameInText word(String name) {
        return identifier(name, Place.WORD);
    }

    /** The identifier after the dot of {@code t.f}. */
    static NameInText attribute(String name) {
        return identifier(name, Place.AFTER_DOT);
    }

    private static NameInText identifier(String name, Place place) {
        boolean ends = bytes(name) <= LONGEST_NAME - LONGEST_CHARACTER;
        return new NameInText(fold(name.replace("\"", "\"\"")), place, ends);
    }

    /** An operator. The characters around it may belong to another one, or not. */
    static NameInText operator(String name) {
        return new NameInText(fold(name), Place.ANYWHERE, false);
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
            boolean ended = !ends || end == foldedText.length() || !isPartOfName(foldedText.charAt(end));
            if (ended && isAtPlace(foldedText, at)) {
                return true;
            }
            at = foldedText.indexOf(folded, at + 1);
        }
        return false;
    }

    private boolean isAtPlace(String foldedText, int at) {
        return switch (place) {
            case ANYWHERE -> true;
            case WORD -> beginsWord(foldedText, at);
            case AFTER_DOT -> beginsWord(foldedText, at) && followsDot(foldedText, at);
        };
    }

    private static boolean beginsWord(String text, int at) {
        return at == 0 || !isPartOfName(text.charAt(at - 1));
    }

    /** White space, a quote or comments may stand between. Comments are not read: a dot may stand before one. */
    private static boolean followsDot(String text, int at) {
        int before = at - 1;
        boolean lineEnded = false;
        while (before >= 0 && (Character.isWhitespace(text.charAt(before)) || text.charAt(before) == '"')) {
            lineEnded |= text.charAt(before) == '\n' || text.charAt(before) == '\r';
            before--;
        }
        return before >= 0
                && (text.charAt(before) == '.'
                        || text.startsWith("*/", before - 1)
                        || (lineEnded && lineOf(text, before).contains("--")));
    }

    private static String lineOf(String text, int last) {
        int lineFeed = text.lastIndexOf('\n', last);
        return text.substring(Math.max(lineFeed, text.lastIndexOf('\r', last)) + 1, last + 1);
    }

    private static boolean isPartOfName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80;
    }
}
