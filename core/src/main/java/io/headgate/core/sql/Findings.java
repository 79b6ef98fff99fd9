package io.headgate.core.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the scan of a text has found so far. Only the first reason against a read-only proof is kept. */
final class Findings {
    private @Nullable Set<SqlName> written;
    private @Nullable Set<SqlName> read;
    private @Nullable Set<SqlName> functions;
    private @Nullable Set<String> attributes;
    private boolean callsInFrom;
    private @Nullable List<TransactionModeViolation> violations;
    private @Nullable String refutation;
    private @Nullable String doubt;
    private boolean copiesFromStdin;
    private boolean copiesToStdout;

    void writes(SqlName table) {
        if (written == null) {
            written = new LinkedHashSet<>();
        }
        written.add(table);
    }

    void reads(SqlName table) {
        if (read == null) {
            read = new LinkedHashSet<>();
        }
        read.add(table);
    }

    void calls(SqlName function) {
        if (functions == null) {
            functions = new LinkedHashSet<>();
        }
        functions.add(function);
    }

    void attribute(String name) {
        if (attributes == null) {
            attributes = new LinkedHashSet<>();
        }
        attributes.add(name);
    }

    void callsInFrom() {
        callsInFrom = true;
    }

    void violates(TransactionModeViolation violation) {
        if (violations == null) {
            violations = new ArrayList<>();
        }
        violations.add(violation);
    }

    /** Records that the text does something that a read does not do. */
    void refute(String reason) {
        if (refutation == null) {
            refutation = reason;
        }
    }

    /** Records that the text contains something that the analysis does not understand. */
    void doubt(String reason) {
        if (doubt == null) {
            doubt = reason;
        }
    }

    void copiesFromStdin() {
        copiesFromStdin = true;
    }

    void copiesToStdout() {
        copiesToStdout = true;
    }

    boolean isCopyingFromStdin() {
        return copiesFromStdin;
    }

    boolean isCopyingToStdout() {
        return copiesToStdout;
    }

    Set<SqlName> tablesWritten() {
        return unmodifiable(written);
    }

    Set<SqlName> tablesRead() {
        return unmodifiable(read);
    }

    Set<SqlName> functions() {
        return unmodifiable(functions);
    }

    Set<String> attributes() {
        return unmodifiable(attributes);
    }

    boolean isCallingInFrom() {
        return callsInFrom;
    }

    List<TransactionModeViolation> violations() {
        return violations == null ? List.of() : Collections.unmodifiableList(violations);
    }

    ReadOnlyProof proof() {
        if (refutation != null) {
            return new ReadOnlyProof(ReadOnlyProof.Verdict.REFUTED, refutation, Set.of());
        }
        if (doubt != null) {
            return new ReadOnlyProof(ReadOnlyProof.Verdict.UNKNOWN, doubt, Set.of());
        }
        String reason = functions == null
                ? "it only reads and calls no function"
                : "it only reads, unless a function it calls writes";
        return new ReadOnlyProof(ReadOnlyProof.Verdict.PROVEN, reason, functions());
    }

    private static <T> Set<T> unmodifiable(@Nullable Set<T> names) {
        return names == null ? Set.of() : Collections.unmodifiableSet(names);
    }
}
