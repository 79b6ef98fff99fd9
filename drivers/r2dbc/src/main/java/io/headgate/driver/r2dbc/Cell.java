package io.headgate.driver.r2dbc;

/**
 * A value of a row, as received.
 *
 * @param typeId the id of its type in {@code pg_type}
 * @param isBinary whether the bytes are in the binary format; otherwise they are text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Cell(int typeId, boolean isBinary, byte[] bytes) {}
