package io.headgate.driver.r2dbc;

/**
 * A value of a row as it arrived.
 *
 * @param typeId the id of its type in {@code pg_type}
 * @param content its text, or the bytes of a bytea
 */
record Cell(int typeId, Object content) {}
