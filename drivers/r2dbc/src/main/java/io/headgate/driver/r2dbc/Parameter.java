package io.headgate.driver.r2dbc;

/**
 * A parameter as it is sent.
 *
 * @param typeId the id of its type in {@code pg_type}; 0 leaves it to the server
 * @param content its text, or the bytes of a bytea
 */
record Parameter(int typeId, Object content) {}
