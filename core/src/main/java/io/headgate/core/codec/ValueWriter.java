package io.headgate.core.codec;

/** Writes the values of some Java classes. Each implementation is stateless. */
interface ValueWriter {

    /** How a value goes into a parameter of a type. */
    Form form(Object value, int typeId);

    /** Writes a value in the binary format of a type for which {@link #form} says so. */
    void writeBinary(Object value, int typeId, ByteSink out);

    /** The text of a value, as PostgreSQL reads it. */
    String text(Object value);

    /** The type that a value has by itself; 0 when the server should decide. */
    int naturalType(Object value);

    /** Why a value does not go into a parameter of a type and what does; follows {@code a Java class does not fit the type: }. */
    String advice(Object value, int typeId);
}
