package io.headgate.core.codec;

/** How a value goes into a parameter of a type. */
enum Form {
    /** In the binary format, and nothing is lost. */
    BINARY,
    /** In the text format, which the server reads; nothing is lost. */
    TEXT,
    /** In the binary format, with digits of a fraction rounded away, as the server would. */
    ROUNDED_BINARY,
    /** In the text format, some of whose digits the server rounds away. */
    ROUNDED_TEXT,
    /** Not at all. */
    REFUSED;

    boolean isBinary() {
        return this == BINARY || this == ROUNDED_BINARY;
    }

    boolean isExact() {
        return this == BINARY || this == TEXT;
    }

    static Form binaryIf(boolean holds) {
        return holds ? BINARY : REFUSED;
    }

    static Form textIf(boolean holds) {
        return holds ? TEXT : REFUSED;
    }
}
