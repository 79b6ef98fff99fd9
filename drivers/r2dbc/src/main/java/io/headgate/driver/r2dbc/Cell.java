package io.headgate.driver.r2dbc;

/**
 * A value of a row as it arrived.
 *
 * @param typeId the id of its type in {@code pg_type}
 * @param isBinary whether the bytes are in the binary format, or its text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Cell(int typeId, boolean isBinary, byte[] bytes) {}
