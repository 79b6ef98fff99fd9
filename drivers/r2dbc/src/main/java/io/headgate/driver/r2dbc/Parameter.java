package io.headgate.driver.r2dbc;

import java.nio.charset.StandardCharsets;

/**
 * A parameter value to send.
 *
 * @param typeId the id of its type in {@code pg_type}; 0 lets the server infer it
 * @param isBinary whether the bytes are in the binary format; otherwise they are text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Parameter(int typeId, boolean isBinary, byte[] bytes) {

    /** A text whose type the server infers. */
    static Parameter ofText(String text) {
        return new Parameter(0, false, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Omits the value, because libraries log it. */
    @Override
    public String toString() {
        return "Parameter[type " + typeId + ", " + bytes.length + " bytes]";
    }
}
