package io.headgate.core.sql;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SqlAnalyzer} found in a text. Where the text holds several statements, the sets, lists and flags tell about
 * all of them together.
 *
 * <p>Immutable and safe to share. It keeps no part of the text but the names it lists. All positions are indexes of
 * {@code char}s from 0.
 */
public final class SqlAnalysis {
    private final List<StatementSpan> statements;
    private final StatementKind kind;
    private final int highestParameter;
    private final boolean parametersComplete;
    private final boolean returning;
    private final Set<SqlName> tablesWritten;
    private final Set<SqlName> tablesRead;
    private final Set<SqlName> functions;
    private final ReadOnlyProof readOnlyProof;
    private final List<TransactionModeViolation> violations;
    private final boolean transactionControl;
    private final boolean copiesFromStdin;
    private final boolean copiesToStdout;
    private final @Nullable SqlProblem problem;

    SqlAnalysis(
            List<StatementSpan> statements,
            ParameterUse parameters,
            boolean returning,
            Findings findings,
            @Nullable SqlProblem problem) {
        this.statements = Collections.unmodifiableList(statements);
        kind = switch (statements.size()) {
            case 0 -> StatementKind.EMPTY;
            case 1 -> statements.get(0).kind();
            default -> StatementKind.MULTIPLE;
        };
        highestParameter = parameters.highest();
        parametersComplete = parameters.isComplete();
        this.returning = returning;
        tablesWritten = findings.tablesWritten();
        tablesRead = findings.tablesRead();
        functions = findings.functions();
        readOnlyProof = findings.proof();
        violations = findings.violations();
        boolean controls = false;
        for (StatementSpan statement : statements) {
            controls |= statement.kind() == StatementKind.TRANSACTION_CONTROL;
        }
        transactionControl = controls;
        copiesFromStdin = findings.isCopyingFromStdin();
        copiesToStdout = findings.isCopyingToStdout();
        this.problem = problem;
    }

    /** The statements in the order of the text; empty ones between semicolons are left out. Unmodifiable. */
    public List<StatementSpan> statements() {
        return statements;
    }

    /** Whether there is exactly one statement, as the extended query protocol demands. */
    public boolean isSingle() {
        return statements.size() == 1;
    }

    /**
     * The kind of the one statement; {@link StatementKind#EMPTY} if there is none, {@link StatementKind#MULTIPLE} if there
     * are several.
     */
    public StatementKind kind() {
        return kind;
    }

    /**
     * The highest {@code $n}, or 0 without any; at most {@link Integer#MAX_VALUE}. The protocol takes up to 65,535.
     * Parameters of a function that the text creates, or of a SQL {@code PREPARE}, do not count.
     */
    public int highestParameter() {
        return highestParameter;
    }

    /** Whether each of {@code $1} to {@link #highestParameter()} occurs, and no {@code $0}. True without parameters. */
    public boolean hasAllParameters() {
        return parametersComplete;
    }

    /** Whether a modifying statement gives rows by RETURNING; one in a WITH list does not count. */
    public boolean hasReturning() {
        return returning;
    }

    /**
     * The targets of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, {@code COPY FROM}, {@code SELECT INTO}, {@code CREATE TABLE
     * AS} and {@code REFRESH MATERIALIZED VIEW}, those in a WITH list included. What triggers, foreign keys, partitions,
     * views and functions pass on to other tables is not seen. Unmodifiable, in the order of the text.
     */
    public Set<SqlName> tablesWritten() {
        return tablesWritten;
    }

    /**
     * The tables and views in FROM, JOIN and USING, in {@code TABLE} and {@code COPY TO}, names of common table expressions
     * excluded. Best effort: what views and functions read is not seen, nor is the target of a modification counted as
     * read. The statement under a plain EXPLAIN, which is not run, counts neither here nor elsewhere. Unmodifiable, in
     * the order of the text.
     */
    public Set<SqlName> tablesRead() {
        return tablesRead;
    }

    /**
     * The functions called, aggregates and window functions included. Left out are operators, and what looks like a call
     * but is syntax: COALESCE, CAST, EXTRACT, SUBSTRING, JSON_VALUE and the like. It may hold a name too many, never one
     * too few. Unmodifiable, in the order of the text.
     */
    public Set<SqlName> functions() {
        return functions;
    }

    /**
     * Whether the text by itself proves that it only reads: it is one statement, and every function it calls is one of PostgreSQL's
     * own that neither writes, nor locks, nor changes the session.
     *
     * <p>Such a text takes no row lock and waits only for a table lock that excludes readers, as {@code ALTER TABLE} takes; but {@code
     * EXPLAIN} takes the locks of what it explains. Running it twice changes nothing. The text cannot show what a view, an operator, a
     * cast or a row security policy runs, nor a function of the same name that a user put into a schema for other types of arguments;
     * a server in recovery refuses the rare one that writes with SQLSTATE 25006.
     */
    public boolean isProvenToRead() {
        return readOnlyProof.isProvenByTextAlone();
    }

    /** Whether the text only reads, with its reason. A text of several statements is never proven. */
    ReadOnlyProof readOnlyProof() {
        return readOnlyProof;
    }

    /** What a pooler in transaction mode cannot carry, in the order of the text; mostly empty. Unmodifiable. */
    public List<TransactionModeViolation> transactionModeViolations() {
        return violations;
    }

    /** Whether any of the statements begins, ends or subdivides a transaction. */
    public boolean isTransactionControl() {
        return transactionControl;
    }

    /** Whether the text holds {@code COPY ... FROM STDIN}, which waits for data that plain execution never sends. */
    public boolean copiesFromStdin() {
        return copiesFromStdin;
    }

    /** Whether the text holds {@code COPY ... TO STDOUT}, whose result is no rows. */
    public boolean copiesToStdout() {
        return copiesToStdout;
    }

    /** Whether PostgreSQL's scanner can read the text: no literal lacks its closing quote, for one. */
    public boolean isReadable() {
        return problem == null;
    }

    /** The first thing that PostgreSQL's scanner would refuse, or null. */
    @Nullable
    SqlProblem problem() {
        return problem;
    }
}
