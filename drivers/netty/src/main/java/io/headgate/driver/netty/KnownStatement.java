package io.headgate.driver.netty;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.sql.TextCache;
import io.headgate.driver.netty.protocol.Columns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all connections to a database know of a statement's text: whether its reads may be grouped, its parameter types, and its last
 * columns. The knowledge may be outdated; it is renewed when the server refuses it or a value does not fit. Safe for use by many threads.
 */
final class KnownStatement {

    /** Most kept combinations of parameter types. More occur only if the Java types change from call to call. */
    private static final int MAX_FORMS = 16;

    private static final ParameterTypes[] NO_FORMS = {};

    /** More refusals than migrations cause for one statement. */
    private static final int MANY_REFUSALS = 4;

    /** A failure undoes the whole group, so a text that failed runs alone for this many executions. */
    private static final int ALONE_AFTER_FAILURE = 100;

    /** Executions alone after a slow group: enough for the pool to measure which text was slow. */
    private static final int ALONE_TO_BE_MEASURED = 16;

    /** Statements that the server plans. It checks their columns at each Bind, and refuses a plan whose columns have changed. */
    private static final Set<StatementKind> PLANNED = EnumSet.of(
            StatementKind.SELECT,
            StatementKind.VALUES,
            StatementKind.TABLE,
            StatementKind.INSERT,
            StatementKind.UPDATE,
            StatementKind.DELETE,
            StatementKind.MERGE);

    private final String sql;
    private final byte[] utf8;
    private final boolean read;
    private final boolean planned;
    private final boolean hasParameters;
    private volatile ParameterTypes[] forms = NO_FORMS;
    private volatile @Nullable Columns columns;
    private volatile int alone;
    private volatile boolean unnamed;
    private volatile int refusals;

    KnownStatement(String sql, SqlAnalysis analysis) {
        this.sql = sql;
        this.utf8 = sql.getBytes(StandardCharsets.UTF_8);
        this.read = analysis.isProvenToRead();
        this.planned = PLANNED.contains(analysis.kind());
        this.hasParameters = analysis.highestParameter() > 0;
        // long texts are not kept, so the name would not be found again
        this.unnamed = sql.length() > TextCache.MAX_LENGTH;
    }

    String sql() {
        return sql;
    }

    byte[] utf8() {
        return utf8;
    }

    /** Whether this execution may join a group. Each call counts as one execution. */
    boolean joinsGroup() {
        if (!read) {
            return false;
        }
        int left = alone;
        if (left > 0) {
            // a lost update costs nothing
            alone = left - 1;
            return false;
        }
        return true;
    }

    void failedInGroup() {
        alone = ALONE_AFTER_FAILURE;
    }

    /** It was part of a slow group. */
    void wasInSlowGroup() {
        if (alone == 0) {
            alone = ALONE_TO_BE_MEASURED;
        }
    }

    /** Whether the server refuses the prepared statement when its columns have changed. */
    boolean isPlanned() {
        return planned;
    }

    /** Prepares it without a name from now on: its columns depend on settings of the transaction, such as the search path. */
    void useUnnamed() {
        unnamed = true;
    }

    boolean isUnnamed() {
        return unnamed;
    }

    /** The parameter types to send these values as; null if they must be requested. */
    @Nullable
    ParameterTypes typesFor(List<@Nullable Object> values) {
        if (values.isEmpty() && !hasParameters) {
            return ParameterTypes.NONE;
        }
        for (ParameterTypes form : forms) {
            if (form.accept(values, false)) {
                return form;
            }
        }
        return null;
    }

    /** Stores types, which are tried first from now on. Stored types that contradict them are dropped. */
    synchronized void learn(ParameterTypes form) {
        forms = Stream.concat(
                        Stream.of(form),
                        Arrays.stream(forms).filter(known -> !known.equals(form) && !known.contradicts(form)))
                .limit(MAX_FORMS)
                .toArray(ParameterTypes[]::new);
    }

    /** Drops all stored types, which may be outdated. */
    synchronized void forgetTypes() {
        forms = NO_FORMS;
    }

    /** A transaction was aborted because its types differ from the stored ones. */
    synchronized void refusedInTransaction() {
        refusals++;
        forgetTypes();
    }

    /**
     * Whether so many transactions were refused that a schema change is not the reason: with one search path for each tenant, each may
     * have its own enumerations. The types are then requested in each transaction.
     */
    boolean typesDependOnTransaction() {
        return refusals >= MANY_REFUSALS;
    }

    @Nullable
    Columns columns() {
        return columns;
    }

    void columns(@Nullable Columns described) {
        columns = described;
    }
}
