package io.headgate.testkit.consistency;

/**
 * A broken promise.
 *
 * @param kind which promise
 * @param history the fewest operations that show it, one a line
 */
public record Violation(Kind kind, String history) {

    /** The promises. */
    public enum Kind {
        /** A read did not show what its own session had written. */
        READ_YOUR_WRITES,
        /** A read did not show what an earlier read of its session had shown. */
        MONOTONIC_READS,
        /** An acknowledged write is not there at the end. */
        LOST_WRITE,
        /** A value is there twice. */
        DUPLICATE,
        /** A value is there whose write was reported as not executed, or that nobody wrote. */
        PHANTOM
    }

    @Override
    public String toString() {
        return kind + "\n" + history;
    }
}
