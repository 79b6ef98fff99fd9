package io.headgate.client.r2dbc;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.sql.StatementSpan;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text that was given to {@code createStatement}: one statement, or several without parameters.
 *
 * @param statements each without parameters bound; at least one
 * @param parameters how many the text takes
 * @param kind the kind of the single statement
 * @param start where the one statement begins in the text, behind comments
 * @param end where it ends
 */
record StatementText(
        List<SqlStatement> statements,
        int parameters,
        StatementKind kind,
        int start,
        int end,
        boolean hasReturning,
        boolean onlyReads) {

    /** A name that needs no quotes, is already quoted, or stands for all columns. */
    private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*|\"([^\"]|\"\")+\"|\\*");

    /**
     * The word SET and, if it is redundant, SESSION. The blanks are matched possessively: otherwise a look-ahead starts among them and
     * misses the next word.
     */
    private static final Pattern SET = Pattern.compile(
            "SET\\s++(?:SESSION\\s++(?!AUTHORIZATION\\b|CHARACTERISTICS\\b))?+(?!SESSION\\s+CHARACTERISTICS\\b)",
            Pattern.CASE_INSENSITIVE);

    /** A statement that changes the isolation level of its transaction. */
    private static final Pattern ISOLATION = Pattern.compile(
            "SET\\s+(?:(?:LOCAL|SESSION)\\s+)?(?:TRANSACTION\\b.*\\bISOLATION\\s+LEVEL\\s+|TRANSACTION_ISOLATION\\s*(?:=|TO\\b)\\s*[\"']?)"
                    + "(SERIALIZABLE|REPEATABLE\\s+READ|READ\\s+COMMITTED|READ\\s+UNCOMMITTED)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What Spring's {@code R2dbcTransactionManager} sends first in a read-only transaction, if it enforces that. */
    private static final Pattern READ_ONLY =
            Pattern.compile("SET\\s+TRANSACTION\\s+READ\\s+ONLY\\s*", Pattern.CASE_INSENSITIVE);

    static StatementText read(String sql) {
        SqlAnalysis analysis = StatementCatalog.of(sql).analysis();
        List<StatementSpan> spans = analysis.statements();
        if (spans.size() > 1 && analysis.highestParameter() > 0) {
            throw new IllegalArgumentException(
                    "the text holds " + spans.size() + " statements and parameters; PostgreSQL "
                            + "takes parameters for one statement at a time: create one for each, or write the values with "
                            + "createBatch()");
        }
        List<SqlStatement> statements = spans.size() < 2
                ? List.of(SqlStatement.of(sql))
                : spans.stream()
                        .map(span -> SqlStatement.of(sql.substring(span.start(), span.end())))
                        .toList();
        return new StatementText(
                statements,
                analysis.highestParameter(),
                analysis.kind(),
                spans.isEmpty() ? 0 : spans.get(0).start(),
                spans.isEmpty() ? sql.length() : spans.get(0).end(),
                analysis.hasReturning(),
                analysis.isProvenToRead() && analysis.functions().isEmpty());
    }

    SqlStatement single() {
        return statements.get(0);
    }

    boolean isSingle() {
        return statements.size() == 1;
    }

    /** Whether a cursor can fetch its rows in parts. */
    boolean isQuery() {
        return kind == StatementKind.SELECT || kind == StatementKind.VALUES || kind == StatementKind.TABLE;
    }

    /** {@code SET x} as {@code SET LOCAL x}; other texts unchanged, including SET SESSION CHARACTERISTICS. */
    String setLocal() {
        String sql = single().text();
        if (kind != StatementKind.SET || !isSingle()) {
            return sql;
        }
        Matcher set = SET.matcher(sql).region(start, end);
        return set.lookingAt() ? sql.substring(0, start) + "SET LOCAL " + sql.substring(set.end()) : sql;
    }

    /** The isolation level that the single statement sets for its transaction; null if it sets none. */
    @Nullable
    IsolationLevel isolation() {
        if (kind != StatementKind.SET_LOCAL && kind != StatementKind.SET) {
            return null;
        }
        Matcher set = ISOLATION.matcher(single().text()).region(start, end);
        return set.matches() ? IsolationLevels.named(set.group(1)) : null;
    }

    /** Whether the single statement makes its transaction read-only, and nothing else. */
    boolean makesReadOnly() {
        return kind == StatementKind.SET_LOCAL
                && READ_ONLY.matcher(single().text()).region(start, end).matches();
    }

    /** This text with a RETURNING clause. */
    String returning(String... columns) {
        if (hasReturning) {
            throw new IllegalStateException("the statement has a RETURNING clause already; leave it out, or do without "
                    + "returnGeneratedValues: " + single().text());
        }
        boolean modifies = kind == StatementKind.INSERT
                || kind == StatementKind.UPDATE
                || kind == StatementKind.DELETE
                || kind == StatementKind.MERGE;
        if (!modifies) {
            throw new IllegalStateException("returnGeneratedValues is for one INSERT, UPDATE, DELETE or MERGE; this is "
                    + kind + ": " + single().text());
        }
        String names = columns.length == 0
                ? "*"
                : Arrays.stream(columns).map(StatementText::column).collect(Collectors.joining(", "));
        return single().text().substring(0, end) + " RETURNING " + names;
    }

    private static String column(String name) {
        return COLUMN.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
