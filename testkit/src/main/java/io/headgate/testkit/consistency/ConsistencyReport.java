package io.headgate.testkit.consistency;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a {@link ConsistencyChecker} found.
 *
 * @param seed repeats the same choices of operations
 * @param reads reads that were answered
 * @param readsAfterOwnWrite those that directly followed a write of their session to the same key
 * @param acknowledged writes that were acknowledged
 * @param notExecuted writes that failed and were reported as not executed
 * @param unknown writes that failed otherwise
 * @param failedReads reads that failed
 * @param broken how often a promise was broken
 * @param violations the first of these
 */
public record ConsistencyReport(
        long seed,
        long reads,
        long readsAfterOwnWrite,
        long acknowledged,
        long notExecuted,
        long unknown,
        long failedReads,
        long broken,
        List<Violation> violations) {

    public ConsistencyReport {
        violations = List.copyOf(violations);
    }

    /** All operations, failed ones too. */
    public long operations() {
        return reads + failedReads + acknowledged + notExecuted + unknown;
    }

    /** Whether no promise was broken. */
    public boolean isClean() {
        return broken == 0;
    }

    /** @throws AssertionError with the histories if a promise was broken */
    public void requireClean() {
        if (!isClean()) {
            throw new AssertionError(toString());
        }
    }

    @Override
    public String toString() {
        String summary = String.format(
                Locale.ROOT,
                "%,d operations (seed %d): %,d reads, %,d of them right after an own write; %,d writes acknowledged, %,d not executed, %,d unknown; %,d reads failed; %,d violations",
                operations(),
                seed,
                reads,
                readsAfterOwnWrite,
                acknowledged,
                notExecuted,
                unknown,
                failedReads,
                broken);
        return violations.isEmpty()
                ? summary
                : summary + violations.stream().map(each -> "\n\n" + each).collect(Collectors.joining());
    }
}
