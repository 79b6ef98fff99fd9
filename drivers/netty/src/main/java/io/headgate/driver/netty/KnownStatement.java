package io.headgate.driver.netty;

import io.headgate.core.sql.SqlAnalyzer;
import io.headgate.driver.netty.protocol.Columns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a statement's text in a database, by all connections to it: whether reads of it may be grouped, its parameter
 * types, the columns that it returned last. Safe for use by many threads; what is known can be outdated, and is learned anew when
 * the server says so or a value does not fit.
 */
final class KnownStatement {

    /** Parameters whose Java types change from call to call; more forms than these are not worth keeping. */
    private static final int MOST_FORMS = 16;

    /** A failure in a group costs all of it; a text that fails is kept out for as many executions. */
    private static final int EXECUTIONS_ALONE = 100;

    private final String sql;
    private final byte[] utf8;
    private final boolean read;
    private volatile ParameterTypes[] forms = {};
    private volatile @Nullable Columns columns;
    private volatile int alone;
    private volatile boolean unnamed;

    KnownStatement(String sql) {
        this.sql = sql;
        this.utf8 = sql.getBytes(StandardCharsets.UTF_8);
        this.read = SqlAnalyzer.analyze(sql).readOnlyProof().isProvenByTextAlone();
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
        alone = EXECUTIONS_ALONE;
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
        if (values.isEmpty()) {
            return ParameterTypes.NONE;
        }
        for (ParameterTypes form : forms) {
            if (form.take(values)) {
                return form;
            }
        }
        return null;
    }

    synchronized void learn(ParameterTypes form) {
        ParameterTypes[] known = forms;
        int kept = Math.min(known.length, MOST_FORMS - 1);
        ParameterTypes[] more = new ParameterTypes[kept + 1];
        more[0] = form;
        System.arraycopy(known, 0, more, 1, kept);
        forms = more;
    }

    synchronized void forgetTypes() {
        forms = new ParameterTypes[0];
    }

    @Nullable
    Columns columns() {
        return columns;
    }

    void columns(Columns described) {
        columns = described;
    }
}
