package io.headgate.core.sql;

import io.headgate.core.error.Effect;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a SQL text: its analysis and the conclusions from it. {@link StatementCatalog} creates them once per text. Every
 * {@link io.headgate.core.SqlStatement} carries the facts of its text, so that no layer looks them up again. Immutable.
 */
public final class StatementFacts {

    /** Maximum number of names, statements and violations in a cached analysis. A hand-written statement has about a dozen. */
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
            return "the SQL text has a NUL character at position " + (nul + 1)
                    + "; PostgreSQL cannot hold one: remove it, or pass the value as a bytea parameter";
        }
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? null
                : "the SQL text has half a surrogate pair, which UTF-8 cannot encode; it would be sent as a question mark: remove it";
    }

    /**
     * Returns these facts if the text can be sent.
     *
     * @throws IllegalArgumentException if the text is blank, or contains a NUL character or half a surrogate pair
     */
    public StatementFacts checked() {
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return this;
    }

    /** Whether the facts are small enough for the cache: at most about 10 kB beside the text. */
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

    /** The analysis of the text. */
    public SqlAnalysis analysis() {
        return analysis;
    }

    /** What the text can change when it is sent outside a transaction, as far as the text shows. */
    public Effect effect() {
        return effect;
    }

    /** Whether it uses the COPY protocol. Then it cannot run as a statement: the server would wait for data that never arrives. */
    public boolean copies() {
        return analysis.copiesFromStdin() || analysis.copiesToStdout();
    }

    @Override
    public String toString() {
        return "StatementFacts[" + analysis.kind() + ", " + text + "]";
    }
}
