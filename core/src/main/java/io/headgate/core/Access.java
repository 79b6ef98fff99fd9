package io.headgate.core;

/** Whether a statement or a transaction may write, as its author says. */
public enum Access {
    /** Found out: by the analysis of the text, and by what PostgreSQL says. The default. */
    AUTO,
    /** It only reads, also where the text does not prove it, and may run on a replica. */
    READ,
    /** It is to run where writes are taken, also where it only reads. */
    WRITE
}
