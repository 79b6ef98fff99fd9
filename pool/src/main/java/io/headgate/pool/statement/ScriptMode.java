package io.headgate.pool.statement;

import io.headgate.core.error.Effect;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.StatementKind;
import java.util.EnumSet;
import java.util.Set;

/** How a statement can be combined with others that take effect together. */
public enum ScriptMode {
    /** It cannot: it may commit by itself. */
    NOT_AT_ALL,

    /**
     * In a transaction with BEGIN and COMMIT. Later statements may need its effect when they are described, such as a new table
     * or search path. PostgreSQL also accepts some statements, such as {@code LOCK}, only there.
     */
    IN_A_TRANSACTION,

    /** With others under one Sync. */
    UNDER_ONE_SYNC;

    private static final Set<StatementKind> READS =
            EnumSet.of(StatementKind.SELECT, StatementKind.VALUES, StatementKind.TABLE);

    private static final Set<StatementKind> WRITES =
            EnumSet.of(StatementKind.INSERT, StatementKind.UPDATE, StatementKind.DELETE, StatementKind.MERGE);

    private static final String SETTING = "set_config";

    public static ScriptMode of(StatementFacts facts) {
        if (facts.effect() == Effect.PIECEMEAL) {
            return NOT_AT_ALL;
        }
        SqlAnalysis analysis = facts.analysis();
        // a SELECT that writes creates a table, or contains a writing part
        boolean changesRowsAlone = WRITES.contains(analysis.kind())
                || (READS.contains(analysis.kind()) && analysis.tablesWritten().isEmpty());
        boolean sets = analysis.functions().stream()
                .anyMatch(function -> function.name().equals(SETTING));
        return changesRowsAlone && !sets ? UNDER_ONE_SYNC : IN_A_TRANSACTION;
    }
}
