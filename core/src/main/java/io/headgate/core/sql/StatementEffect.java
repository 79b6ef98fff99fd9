package io.headgate.core.sql;

import io.headgate.core.error.Effect;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a statement that is sent outside a transaction can change, as far as its text shows. It lists the statements that are known to
 * be one implicit transaction. All others may commit a part of their work.
 *
 * <p>Source: PostgreSQL's calls of {@code PreventInTransactionBlock}, and of {@code CommitTransactionCommand} in utilities.
 */
final class StatementEffect {

    private static final Set<StatementKind> ATOMIC = EnumSet.of(
            StatementKind.EMPTY,
            StatementKind.SELECT,
            StatementKind.VALUES,
            StatementKind.TABLE,
            StatementKind.INSERT,
            StatementKind.UPDATE,
            StatementKind.DELETE,
            StatementKind.MERGE,
            StatementKind.COPY,
            StatementKind.TRUNCATE,
            StatementKind.EXPLAIN,
            StatementKind.EXPLAIN_ANALYZE,
            StatementKind.SET,
            StatementKind.SET_LOCAL,
            StatementKind.RESET,
            StatementKind.SHOW,
            StatementKind.LISTEN,
            StatementKind.UNLISTEN,
            StatementKind.NOTIFY,
            StatementKind.PREPARE,
            StatementKind.DEALLOCATE,
            StatementKind.DECLARE,
            StatementKind.FETCH,
            StatementKind.MOVE,
            StatementKind.CLOSE,
            StatementKind.LOCK,
            StatementKind.REFRESH);

    /** Changes to the catalog that are one transaction, unless they use CONCURRENTLY. */
    private static final Pattern ATOMIC_DDL = Pattern.compile(
            "COMMENT\\b|GRANT\\b|REVOKE\\b|(CREATE|ALTER|DROP)\\s+(OR\\s+REPLACE\\s+)?"
                    + "((GLOBAL|LOCAL)\\s+)?((TEMP|TEMPORARY|UNLOGGED|RECURSIVE|MATERIALIZED|UNIQUE|CONSTRAINT|EVENT|FOREIGN)\\s+)?"
                    + "(TABLE|VIEW|INDEX|SCHEMA|SEQUENCE|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE|ROUTINE|OPERATOR|CAST|TRIGGER"
                    + "|RULE|POLICY|EXTENSION|ROLE|USER|GROUP|COLLATION|STATISTICS|PUBLICATION|SERVER)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern CONCURRENTLY = Pattern.compile("\\bCONCURRENTLY\\b", Pattern.CASE_INSENSITIVE);

    /** The name prefix of functions that run statements on another connection, which a rollback here does not undo. */
    private static final String OTHER_CONNECTION = "dblink";

    private StatementEffect() {}

    /** The effect of a text when it is sent outside a transaction. */
    static Effect of(String sql, SqlAnalysis analysis) {
        if (analysis.readOnlyProof().isProvenByTextAlone()) {
            return Effect.NONE;
        }
        return isAtomic(analysis, sql) ? Effect.ATOMIC : Effect.PIECEMEAL;
    }

    private static boolean isAtomic(SqlAnalysis analysis, String sql) {
        boolean known = analysis.kind() == StatementKind.DDL
                ? isAtomicDdl(sql.substring(analysis.statements().get(0).start()))
                : ATOMIC.contains(analysis.kind());
        return known && analysis.functions().stream().noneMatch(StatementEffect::usesAnotherConnection);
    }

    private static boolean isAtomicDdl(String statement) {
        return ATOMIC_DDL.matcher(statement).lookingAt()
                && !CONCURRENTLY.matcher(statement).find();
    }

    private static boolean usesAnotherConnection(SqlName function) {
        return function.name().startsWith(OTHER_CONNECTION);
    }
}
