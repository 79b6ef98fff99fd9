package io.headgate.core;

import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One statement: its text, its parameters by position, how its rows are fetched, and its options.
 *
 * <p>Immutable: every method that changes something returns a new statement. Parameter values are not copied, so the caller must not
 * change them afterwards. {@link #toString()} shows the text and the number of parameters, never their values, which may be
 * personal data.
 */
public final class SqlStatement {

    /** Maximum number of parameters of one statement: the protocol counts them in 16 bits (PostgreSQL, "Message Formats", Bind). */
    public static final int MAX_PARAMETERS = 65_535;

    /** Default number of rows per fetch: with usual rows some dozen kilobytes, so that a fetch is worth its round trip. */
    public static final int DEFAULT_FETCH_SIZE = 256;

    private static final @Nullable Object[] NO_PARAMETERS = {};

    private final StatementFacts facts;
    private final @Nullable Object[] parameters;
    private final @Nullable List<@Nullable Object[]> batch;
    private final StatementOptions options;
    private final int fetchSize;

    private SqlStatement(
            StatementFacts facts,
            @Nullable Object[] parameters,
            @Nullable List<@Nullable Object[]> batch,
            StatementOptions options,
            int fetchSize) {
        this.facts = facts;
        this.parameters = parameters;
        this.batch = batch;
        this.options = options;
        this.fetchSize = fetchSize;
    }

    /**
     * A statement without parameters.
     *
     * @param text one SQL statement with parameters written {@code $1, $2, ...}
     * @throws IllegalArgumentException if the text is blank, or contains a NUL character or half a surrogate pair
     */
    public static SqlStatement of(String text) {
        return new SqlStatement(
                StatementCatalog.of(text).checked(), NO_PARAMETERS, null, StatementOptions.none(), DEFAULT_FETCH_SIZE);
    }

    /** This statement with one more parameter. The first call binds {@code $1}, the second {@code $2}. */
    public SqlStatement bind(@Nullable Object value) {
        @Nullable Object[] more = Arrays.copyOf(parameters, parameters.length + 1);
        more[parameters.length] = value;
        return withParameters(more);
    }

    /** This statement with exactly these parameters, {@code $1} first. They replace parameters bound before. */
    public SqlStatement bindAll(@Nullable Object... values) {
        return withParameters(values.clone());
    }

    /**
     * This statement run once per parameter set, in one pipeline and one implicit transaction: either all sets take effect or none.
     *
     * @param parameterSets at least one set; all sets have the same length
     */
    public SqlStatement batch(Iterable<? extends List<? extends @Nullable Object>> parameterSets) {
        if (parameters.length > 0) {
            throw new IllegalStateException(
                    "the statement has parameters bound one by one; bind either these or a batch");
        }
        List<@Nullable Object[]> sets = new ArrayList<>();
        for (List<? extends @Nullable Object> set : parameterSets) {
            @Nullable Object[] values = set.toArray();
            checkCount(values.length);
            if (!sets.isEmpty() && sets.get(0).length != values.length) {
                throw new ParameterException("set " + (sets.size() + 1) + " of the batch has " + values.length
                        + " parameters, the first has " + sets.get(0).length + "; every set needs the same number");
            }
            sets.add(values);
        }
        if (sets.isEmpty()) {
            throw new ParameterException("the batch has no set of parameters; give at least one");
        }
        return new SqlStatement(facts, parameters, sets, options, fetchSize);
    }

    /** This statement with other options: {@code with(o -> o.name("track_by_id"))}. */
    public SqlStatement with(UnaryOperator<StatementOptions> change) {
        return new SqlStatement(
                facts,
                parameters,
                batch,
                Objects.requireNonNull(change.apply(options), "the change returned no options"),
                fetchSize);
    }

    /**
     * This statement with another number of rows per fetch. Only {@link SqlExecutor#stream} uses it.
     *
     * @param rows at least 1; default {@value #DEFAULT_FETCH_SIZE}
     */
    public SqlStatement fetchSize(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("fetchSize is " + rows + "; it must be at least 1 row");
        }
        return new SqlStatement(facts, parameters, batch, options, rows);
    }

    /** This statement with another text and the same parameters, for layers that rewrite SQL. The text is checked as in {@link #of}. */
    public SqlStatement withText(String newText) {
        return new SqlStatement(StatementCatalog.of(newText).checked(), parameters, batch, options, fetchSize);
    }

    private SqlStatement withParameters(@Nullable Object[] values) {
        if (batch != null) {
            throw new IllegalStateException("the statement has a batch; bind either a batch or parameters one by one");
        }
        checkCount(values.length);
        return new SqlStatement(facts, values, null, options, fetchSize);
    }

    private static void checkCount(int parameters) {
        if (parameters > MAX_PARAMETERS) {
            throw new ParameterException(parameters + " parameters; a statement takes at most " + MAX_PARAMETERS
                    + ": pass arrays (unnest($1, $2)) instead");
        }
    }

    /** The SQL text. */
    public String text() {
        return facts.text();
    }

    /** The facts about the text. */
    public StatementFacts facts() {
        return facts;
    }

    /** The parameters, {@code $1} first; empty for a batch. */
    public List<@Nullable Object> parameters() {
        return new ParameterList(parameters);
    }

    /** The parameter sets of a batch in order; an empty list for a single statement. */
    public List<List<@Nullable Object>> parameterSets() {
        List<@Nullable Object[]> sets = batch;
        if (sets == null) {
            return List.of();
        }
        return sets.stream().<List<@Nullable Object>>map(ParameterList::new).toList();
    }

    /** Whether this is a batch. */
    public boolean isBatch() {
        return batch != null;
    }

    /** The statement's own options. The transaction or the request may set further ones: {@link StatementOptions#effective}. */
    public StatementOptions options() {
        return options;
    }

    /** The number of rows per fetch of a stream. */
    public int fetchSize() {
        return fetchSize;
    }

    @Override
    public String toString() {
        return batch == null
                ? text() + " [" + parameters.length + " parameters]"
                : text() + " [" + batch.size() + " parameter sets]";
    }
}
