package io.headgate.core.sql;

import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a text only reads, as far as the text shows it.
 *
 * <p>{@link Verdict#PROVEN} requires that none of {@link #functionsToCheck()} writes: look them up in {@code pg_proc.provolatile}.
 * The text does not show what views, operators, casts, domain checks, row security policies and functions called as an attribute of
 * a table ({@code t.f}) run. If one of these writes, which is rare, a server in recovery refuses it with SQLSTATE 25006.
 *
 * @param verdict the outcome
 * @param reason a short reason, which contains nothing from the text except function names
 * @param functionsToCheck every function that the text calls, including built-in ones, if the verdict is {@link Verdict#PROVEN}; else
 *     empty. Unmodifiable
 */
record ReadOnlyProof(Verdict verdict, String reason, Set<SqlName> functionsToCheck) {
    /** The results of the attempt to prove that a text only reads. */
    enum Verdict {
        /** The text only reads, if the functions that it calls do not write. */
        PROVEN,
        /** The text writes, locks, or changes the session. */
        REFUTED,
        /** The analysis does not understand the text; treat it as a write. */
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
     * Whether the verdict is {@link Verdict#PROVEN} and no function needs a look-up: every function called is one of PostgreSQL's own
     * that does not write, lock, or change the session.
     *
     * <p>Such a text takes no row lock and waits only for table locks that exclude readers, such as that of {@code ALTER TABLE}. {@code
     * EXPLAIN} takes the locks of the explained statement. Running the text twice changes nothing. The limits in {@link ReadOnlyProof}
     * for views, operators and casts still apply. Also, a user's function with the same name and other argument types is not recognized.
     */
    boolean isProvenByTextAlone() {
        return isProvenWith(function -> false);
    }

    /** As {@link #isProvenByTextAlone}, with further functions that do not write, lock, or change the session. */
    boolean isProvenWith(Predicate<SqlName> harmless) {
        if (!isProven()) {
            return false;
        }
        for (SqlName function : functionsToCheck) {
            if (!BuiltInFunctions.contains(function) && !harmless.test(function)) {
                return false;
            }
        }
        return true;
    }
}
