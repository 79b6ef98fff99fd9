package io.headgate.driver.r2dbc;

import java.nio.charset.StandardCharsets;

/**
 * A parameter as it is sent.
 *
 * @param typeId the id of its type in {@code pg_type}; 0 leaves it to the server
 * @param isBinary whether the bytes are in the binary format, or its text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Parameter(int typeId, boolean isBinary, byte[] bytes) {

    /** A text of which the server finds the type. */
    static Parameter ofText(String text) {
        return new Parameter(0, false, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the value, which libraries log. */
    @Override
    public String toString() {
        return "Parameter[type " + typeId + ", " + bytes.length + " bytes]";
    }
}
