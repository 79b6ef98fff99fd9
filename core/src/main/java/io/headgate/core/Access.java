package io.headgate.core;

/** Whether a statement or a transaction may write, as the caller declares it. */
public enum Access {
    /** Not declared: the analysis of the text and the answers of PostgreSQL decide. The default. */
    AUTO,
    /** It only reads, even if the text does not prove that. It may run on a replica. */
    READ,
    /** It must run on a node that accepts writes, even if it only reads. */
    WRITE
}
