package io.headgate.core.codec;

import io.headgate.core.error.RowMappingException;
import org.jspecify.annotations.Nullable;

/** The errors of reading a value. */
final class Unreadable {

    private static final int LONGEST_VALUE = 100;

    private Unreadable() {}

    /** A proper value of PostgreSQL's that no Java value stands for. */
    static RowMappingException withoutCounterpart(int typeId, String text, String javaType) {
        return new RowMappingException("the " + BuiltInTypes.nameOf(typeId) + " value \"" + text + "\" has no "
                + javaType + "; read it as String, or cast it to text in SQL");
    }

    /** Bytes that no server sends for the type. */
    static RowMappingException malformed(int typeId, String reason) {
        return new RowMappingException("a " + BuiltInTypes.nameOf(typeId) + " value is malformed: " + reason);
    }

    /** A text that is not written as the type is in the ISO style. */
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

    /** Checks that a value of fixed size has it. */
    static void checkSize(int typeId, int length, int expected) {
        if (length != expected) {
            throw malformed(typeId, "it has " + length + " bytes where " + expected + " are due");
        }
    }
}
