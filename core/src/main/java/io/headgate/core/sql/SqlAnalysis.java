package io.headgate.core.sql;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@link SqlAnalyzer} for a text. If the text contains several statements, the sets, lists and flags cover all of
 * them together.
 *
 * <p>Immutable and safe to share. It keeps only the listed names of the text. All positions are indexes of {@code char}s from 0.
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
    private final Set<String> attributes;
    private final boolean callsInFrom;
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
        attributes = findings.attributes();
        callsInFrom = findings.isCallingInFrom();
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

    /** The statements in the order of the text, without empty ones between semicolons. Unmodifiable. */
    public List<StatementSpan> statements() {
        return statements;
    }

    /** Whether there is exactly one statement, as the extended query protocol requires. */
    public boolean isSingle() {
        return statements.size() == 1;
    }

    /**
     * The kind of the only statement; {@link StatementKind#EMPTY} if there is none, {@link StatementKind#MULTIPLE} if there are
     * several.
     */
    public StatementKind kind() {
        return kind;
    }

    /**
     * The highest {@code $n}, or 0 if there is none; at most {@link Integer#MAX_VALUE}. The protocol allows up to 65,535. Parameters of a
     * function that the text creates, or of a SQL {@code PREPARE}, do not count.
     */
    public int highestParameter() {
        return highestParameter;
    }

    /** Whether each of {@code $1} to {@link #highestParameter()} occurs, and no {@code $0}. True without parameters. */
    public boolean hasAllParameters() {
        return parametersComplete;
    }

    /** Whether a modifying statement returns rows by RETURNING. Statements in a WITH list do not count. */
    public boolean hasReturning() {
        return returning;
    }

    /**
     * The targets of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, {@code COPY FROM}, {@code SELECT INTO}, {@code CREATE TABLE AS} and {@code
     * REFRESH MATERIALIZED VIEW}, including those in a WITH list. Writes to other tables by triggers, foreign keys, partitions, views
     * and functions are not included. Unmodifiable, in the order of the text.
     */
    public Set<SqlName> tablesWritten() {
        return tablesWritten;
    }

    /**
     * The tables and views in FROM, JOIN, USING, {@code TABLE} and {@code COPY TO}, without common table expressions. Best effort:
     * tables that views and functions read are not included, and the target of a modification does not count as read. The statement
     * of a plain EXPLAIN is not run and counts neither here nor in the other sets. Unmodifiable, in the order of the text.
     */
    public Set<SqlName> tablesRead() {
        return tablesRead;
    }

    /**
     * The functions called, including aggregates and window functions. Operators are not included, nor is syntax that looks like a call:
     * COALESCE, CAST, EXTRACT, SUBSTRING, JSON_VALUE and the like. It may contain a name too many, but it never misses one.
     * Unmodifiable, in the order of the text.
     */
    public Set<SqlName> functions() {
        return functions;
    }

    /**
     * Those of {@link #functions} that stand after the dot of an expression, as in {@code (x).f} and {@code x[1].f}: columns of a row
     * mostly. PostgreSQL calls a function of that name if the expression has no such column. Unmodifiable, in the order of the text.
     */
    public Set<String> attributes() {
        return attributes;
    }

    /** Whether a FROM list has a call, or a value such as CURRENT_DATE. Its alias may be a value that is no row. */
    public boolean callsInFrom() {
        return callsInFrom;
    }

    /**
     * Whether the text alone proves that it only reads: it is one statement, and every function that it calls is one of PostgreSQL's own
     * that does not write, lock, or change the session.
     *
     * <p>Such a text takes no row lock and waits only for table locks that exclude readers, such as that of {@code ALTER TABLE}. {@code
     * EXPLAIN} takes the locks of the explained statement. Running the text twice changes nothing. The text does not show what views,
     * operators, casts and row security policies run, nor a user's function with the same name and other argument types. If one of
     * these writes, which is rare, a server in recovery refuses it with SQLSTATE 25006.
     */
    public boolean isProvenToRead() {
        return readOnlyProof.isProvenByTextAlone();
    }

    /**
     * Whether the text only reads, provided that functions that are not PostgreSQL's own do so. Else as {@link #isProvenToRead()}.
     *
     * @param harmless whether all functions of a name are known not to write, such as by {@code pg_proc.provolatile}
     */
    public boolean isProvenToRead(Predicate<SqlName> harmless) {
        return readOnlyProof.isProvenWith(harmless);
    }

    /** Whether the text only reads, with its reason. A text of several statements is never proven. */
    ReadOnlyProof readOnlyProof() {
        return readOnlyProof;
    }

    /** What a pooler in transaction mode does not support, in the order of the text; mostly empty. Unmodifiable. */
    public List<TransactionModeViolation> transactionModeViolations() {
        return violations;
    }

    /** Whether a statement begins or ends a transaction or handles a savepoint. */
    public boolean isTransactionControl() {
        return transactionControl;
    }

    /** Whether the text contains {@code COPY ... FROM STDIN}, which waits for data that plain execution never sends. */
    public boolean copiesFromStdin() {
        return copiesFromStdin;
    }

    /** Whether the text contains {@code COPY ... TO STDOUT}, whose result is not rows. */
    public boolean copiesToStdout() {
        return copiesToStdout;
    }

    /** Whether PostgreSQL's scanner accepts the text. It does not if, for example, a literal has no closing quote. */
    public boolean isReadable() {
        return problem == null;
    }

    /** The first problem for which PostgreSQL's scanner would refuse the text, or null. */
    @Nullable
    SqlProblem problem() {
        return problem;
    }
}
