package io.headgate.core.codec;

import io.headgate.core.error.RowMappingException;
import org.jspecify.annotations.Nullable;

/** Errors for values that cannot be read. */
final class Unreadable {

    private static final int LONGEST_VALUE = 100;

    private Unreadable() {}

    /** The error for a valid PostgreSQL value that has no Java counterpart. */
    static RowMappingException withoutCounterpart(int typeId, String text, String javaType) {
        return new RowMappingException("the " + BuiltInTypes.nameOf(typeId) + " value \"" + text + "\" has no "
                + javaType + "; read it as String, or cast it to text in SQL");
    }

    /** The error for bytes that no server sends for the type. */
    static RowMappingException malformed(int typeId, String reason) {
        return new RowMappingException("a " + BuiltInTypes.nameOf(typeId) + " value is malformed: " + reason);
    }

    /** The error for a text that is not in the expected style: ISO, or for an interval {@code postgres}. */
    static RowMappingException otherText(int typeId, String text, @Nullable Throwable cause) {
        String shown = text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
        boolean interval = typeId == TypeIds.INTERVAL || typeId == TypeIds.INTERVAL_ARRAY;
        return new RowMappingException(
                "the text \"" + shown + "\" cannot be read as " + BuiltInTypes.nameOf(typeId)
                        + (interval
                                ? "; set IntervalStyle to postgres for the role or the database, or read it as String"
                                : "; read it as String, or cast it to text in SQL"),
                cause);
    }

    /** Checks the size of a value of a fixed-size type. */
    static void checkSize(int typeId, int length, int expected) {
        if (length != expected) {
            throw malformed(typeId, "it has " + length + " bytes; expected " + expected);
        }
    }
}
