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
 * What is known of a statement's text in a database, by all connections to it: whether reads of it may be grouped, its parameter
 * types, the columns that it returned last. Safe for use by many threads; what is known can be outdated, and is learned anew when
 * the server says so or a value does not fit.
 */
final class KnownStatement {

    /** Parameters whose Java types change from call to call; more forms than these are not worth keeping. */
    private static final int MOST_FORMS = 16;

    private static final ParameterTypes[] NO_FORMS = {};

    /** More than migrations bring about for one statement. */
    private static final int MANY_REFUSALS = 4;

    /** A failure in a group costs all of it; a text that fails is kept out for as many executions. */
    private static final int ALONE_AFTER_FAILURE = 100;

    /** Enough for whoever measures to see which of a slow group it was. */
    private static final int ALONE_TO_BE_MEASURED = 16;

    /** What the server plans, and so checks at each Bind: their columns are those of the plan, or it refuses. */
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
        // it is not kept, so its name would not be found again
        this.unnamed = sql.length() > TextCache.MAX_LENGTH;
    }

    String sql() {
        return sql;
    }

    byte[] utf8() {
        return utf8;
    }

    /** Whether an execution may share its Sync with other reads. */
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

    /** It was in a group that took long. */
    void wasInSlowGroup() {
        if (alone == 0) {
            alone = ALONE_TO_BE_MEASURED;
        }
    }

    /** Whether the server refuses to run it under a name when its columns are not those that it was prepared with. */
    boolean isPlanned() {
        return planned;
    }

    /** Prepares it anew each time from now on: what it returns depends on settings of the transaction, such as a search path. */
    void goUnnamed() {
        unnamed = true;
    }

    boolean goesUnnamed() {
        return unnamed;
    }

    /** The parameter types under which values can be sent, or null when they have to be asked for. */
    @Nullable
    ParameterTypes typesFor(List<@Nullable Object> values) {
        if (values.isEmpty() && !hasParameters) {
            return ParameterTypes.NONE;
        }
        for (ParameterTypes form : forms) {
            if (form.take(values, false)) {
                return form;
            }
        }
        return null;
    }

    /** Learns a form, which is tried first from now on. Those that it contradicts are outdated. */
    synchronized void learn(ParameterTypes form) {
        forms = Stream.concat(
                        Stream.of(form),
                        Arrays.stream(forms).filter(known -> !known.equals(form) && !known.contradicts(form)))
                .limit(MOST_FORMS)
                .toArray(ParameterTypes[]::new);
    }

    /** They may be outdated. */
    synchronized void forgetTypes() {
        forms = NO_FORMS;
    }

    /** A transaction was aborted because the types are others there than those that were learned earlier. */
    synchronized void refusedInTransaction() {
        refusals++;
        forgetTypes();
    }

    /**
     * Whether transactions were refused so often that it is no change of the schema, which the next one would get over: tenants with
     * a search path each have enumerations of their own. The types are then asked for in each transaction.
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
