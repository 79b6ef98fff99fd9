package io.headgate.core.sql;

import io.headgate.core.error.Effect;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a SQL text by itself: its analysis, and what follows from it. Learned once a text by {@link StatementCatalog};
 * every {@link io.headgate.core.SqlStatement} carries the facts of its text along, so that no layer looks them up again. Immutable.
 */
public final class StatementFacts {

    /** Most names and spans of an analysis that is kept: a hand-written statement has a dozen. */
    static final int MOST_NAMES = 100;

    private final String text;
    private final SqlAnalysis analysis;
    private final Effect effect;
    private final @Nullable String refusal;

    StatementFacts(String text) {
        this.text = text;
        this.analysis = SqlAnalyzer.analyze(text);
        this.effect = StatementEffect.of(text, analysis);
        this.refusal = refusal(text);
    }

    private static @Nullable String refusal(String text) {
        if (text.isBlank()) {
            return "the SQL text is blank; give one statement";
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            return "the SQL text has a NUL character at position " + nul
                    + "; PostgreSQL cannot hold one: remove it, or pass the value as a bytea parameter";
        }
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? null
                : "the SQL text has half of a surrogate pair, which has no UTF-8 and would be sent as a question mark; remove it";
    }

    /**
     * These facts, of a text that can be sent.
     *
     * @throws IllegalArgumentException if the text is blank or holds a NUL character, which the protocol ends text with
     */
    public StatementFacts checked() {
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return this;
    }

    /** Whether the facts are worth their memory: some 10 kB beside the text at most. */
    boolean isSmall() {
        int names = analysis.statements().size()
                + analysis.tablesRead().size()
                + analysis.tablesWritten().size()
                + analysis.functions().size()
                + analysis.transactionModeViolations().size();
        return names <= MOST_NAMES && refusal == null;
    }

    /** The text. */
    public String text() {
        return text;
    }

    /** What the analyzer found in it. */
    public SqlAnalysis analysis() {
        return analysis;
    }

    /** What it can change when it is sent outside a transaction, as far as its words tell. */
    public Effect effect() {
        return effect;
    }

    /** Whether it moves data by the COPY protocol, and so cannot be run as a statement: the server would wait for data that never comes. */
    public boolean copies() {
        return analysis.copiesFromStdin() || analysis.copiesToStdout();
    }

    @Override
    public String toString() {
        return "StatementFacts[" + analysis.kind() + ", " + text + "]";
    }
}
