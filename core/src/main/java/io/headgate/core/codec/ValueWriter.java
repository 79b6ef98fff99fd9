package io.headgate.core.codec;

/** Encodes the values of some Java classes. Each implementation is stateless. */
interface ValueWriter {

    /** How a value is sent for a parameter of a type. */
    Form form(Object value, int typeId);

    /** Writes a value in the binary format. The type must be one for which {@link #form} returns a binary form. */
    void writeBinary(Object value, int typeId, ByteSink out);

    /** The text of a value, as PostgreSQL parses it. */
    String text(Object value);

    /** The natural PostgreSQL type of a value; 0 if the server should decide. */
    int naturalType(Object value);

    /** Why a value is refused for a type, and what to bind instead. The text follows {@code a Java class does not fit the type: }. */
    String advice(Object value, int typeId);
}
