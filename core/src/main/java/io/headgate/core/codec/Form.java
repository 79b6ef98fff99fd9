package io.headgate.core.codec;

/** How a value is sent for a parameter of a type. */
enum Form {
    /** In the binary format, without loss. */
    BINARY,
    /** In the text format, which the server parses, without loss. */
    TEXT,
    /** In the binary format; a fraction is rounded, as the server would do. */
    ROUNDED_BINARY,
    /** In the text format; the server may round it or drop a part. */
    ROUNDED_TEXT,
    /** The value is refused. */
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
