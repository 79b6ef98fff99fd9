package io.headgate.core.sql;

import java.util.Objects;
import java.util.Set;

/**
 * Whether a text only reads, as far as its wording can tell.
 *
 * <p>{@link Verdict#PROVEN} holds on the condition that none of {@link #functionsToCheck()} writes: look them up in
 * {@code pg_proc.provolatile}. The text cannot show what a view, an operator, a cast, a domain's check, a row security
 * policy or a function called as an attribute of a table ({@code t.f}) runs; a server in recovery refuses the rare one
 * that writes with SQLSTATE 25006.
 *
 * @param verdict the outcome
 * @param reason why, in a few words that hold nothing of the text but names of functions
 * @param functionsToCheck every function the text calls, built-in ones included, when the verdict is {@link Verdict#PROVEN};
 *     else empty. Unmodifiable
 */
record ReadOnlyProof(Verdict verdict, String reason, Set<SqlName> functionsToCheck) {
    /** The outcomes of the attempt to prove that a text only reads. */
    enum Verdict {
        /** It reads, if the functions it calls do not write. */
        PROVEN,
        /** It writes, locks, or changes the session. */
        REFUTED,
        /** It was not understood well enough; treat it as a write. */
        UNKNOWN
    }

    /** Checks that nothing is null. */
    ReadOnlyProof {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(functionsToCheck, "functionsToCheck");
    }

    /** Whether the verdict is {@link Verdict#PROVEN}. */
    boolean isProven() {
        return verdict == Verdict.PROVEN;
    }

    /**
     * Whether the verdict is {@link Verdict#PROVEN} and nothing has to be looked up: every function called is one of
     * PostgreSQL's own that neither writes, nor locks, nor changes the session.
     *
     * <p>Such a text takes no row lock and waits only for a table lock that excludes readers, as {@code ALTER TABLE} takes; but
     * {@code EXPLAIN} takes the locks of what it explains.
     * Running it twice changes nothing. What {@link ReadOnlyProof} says of views, operators and casts still applies, and so
     * does a function of the same name that a user put into a schema for other types of arguments.
     */
    boolean isProvenByTextAlone() {
        if (!isProven()) {
            return false;
        }
        for (SqlName function : functionsToCheck) {
            if (!BuiltInFunctions.contains(function)) {
                return false;
            }
        }
        return true;
    }
}
