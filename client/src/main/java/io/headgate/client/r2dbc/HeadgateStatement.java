package io.headgate.client.r2dbc;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.core.type.TypedNull;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A statement of a {@link HeadgateConnection}. Parameters are bound by index from 0 or by name, {@code $1} for the first.
 *
 * <p>Several sets of parameters ({@link #add}) run in one pipeline and take effect as a whole; each has its own result. So do
 * several statements in one text, which take no parameters. Confined to one thread at a time while it is built; {@link
 * #execute} may be subscribed to on any thread, and runs with the values that were bound when it was called.
 */
final class HeadgateStatement implements Statement {

    private static final Object UNBOUND = new Object();

    private final HeadgateConnection connection;
    private final StatementText given;
    private final List<@Nullable Object[]> sets = new ArrayList<>();
    private StatementText text;
    private @Nullable Object[] values;
    private int fetchSize;

    HeadgateStatement(HeadgateConnection connection, StatementText text, int fetchSize) {
        this.connection = connection;
        this.given = text;
        this.text = text;
        this.fetchSize = fetchSize;
        this.values = unbound();
    }

    private @Nullable Object[] unbound() {
        if (given.parameters() > SqlStatement.MAX_PARAMETERS) {
            throw new IllegalArgumentException("the text uses $" + given.parameters() + "; a statement takes at most "
                    + SqlStatement.MAX_PARAMETERS + " parameters: pass arrays (unnest($1, $2)) instead");
        }
        @Nullable Object[] fresh = new @Nullable Object[given.parameters()];
        Arrays.fill(fresh, UNBOUND);
        return fresh;
    }

    @Override
    public HeadgateStatement bind(int index, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("the value for $" + (index + 1) + " is null; use bindNull");
        }
        if (value instanceof Class<?> type) {
            throw new IllegalArgumentException("the value for $" + (index + 1) + " is the class " + type.getName()
                    + "; for a null use bindNull, for a value bind it, not its class");
        }
        if (value instanceof Parameter parameter) {
            if (parameter instanceof Parameter.Out) {
                throw new IllegalArgumentException("$" + (index + 1) + " is an out parameter, which PostgreSQL has not;"
                        + " CALL and SELECT return what is set as a row");
            }
            Object inner = parameter.getValue();
            return inner == null ? setNull(index, parameter.getType()) : bind(index, inner);
        }
        return set(index, PostgresqlCodecs.toOwn(value));
    }

    @Override
    public HeadgateStatement bind(String name, @Nullable Object value) {
        return bind(index(name), value);
    }

    @Override
    public HeadgateStatement bindNull(int index, @Nullable Class<?> type) {
        if (type == null) {
            throw new IllegalArgumentException("the type of the null for $" + (index + 1) + " is null");
        }
        return setNull(index, type);
    }

    private HeadgateStatement setNull(int index, Type type) {
        return type instanceof PostgresType known && known.id() != 0
                ? set(index, new TypedNull(known.id()))
                : setNull(index, type.getJavaType());
    }

    private HeadgateStatement setNull(int index, Class<?> type) {
        int typeId = ValueEncoder.naturalTypeOf(type);
        return set(index, typeId == 0 ? null : new TypedNull(typeId));
    }

    @Override
    public HeadgateStatement bindNull(String name, @Nullable Class<?> type) {
        return bindNull(index(name), type);
    }

    private HeadgateStatement set(int index, @Nullable Object value) {
        if (index < 0 || index >= values.length) {
            throw new IndexOutOfBoundsException("there is no parameter at index " + index + "; the statement has "
                    + values.length + ", from 0: " + given.single().text());
        }
        values[index] = value;
        return this;
    }

    private int index(@Nullable String name) {
        if (name == null) {
            throw new IllegalArgumentException("the parameter's name is null; the first is called $1");
        }
        if (name.length() > 1 && name.charAt(0) == '$') {
            try {
                int number = Integer.parseInt(name, 1, name.length(), 10);
                if (number >= 1 && number <= values.length) {
                    return number - 1;
                }
            } catch (NumberFormatException noNumber) {
                // reported below
            }
        }
        throw new NoSuchElementException("there is no parameter \"" + name + "\"; the statement has "
                + (values.length == 0 ? "none" : "$1" + (values.length == 1 ? "" : " to $" + values.length)) + ": "
                + given.single().text());
    }

    @Override
    public HeadgateStatement add() {
        if (!given.isSingle()) {
            throw new IllegalStateException(
                    "the text holds " + given.statements().size() + " statements, which take no"
                            + " parameters, so there are no sets of them to add; execute() runs the text once: create a statement for"
                            + " each, or use createBatch()");
        }
        checkComplete("add()");
        sets.add(values);
        values = unbound();
        return this;
    }

    private void checkComplete(String before) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == UNBOUND) {
                throw new IllegalStateException(
                        "$" + (i + 1) + " has no value; bind all " + values.length + " parameters before " + before
                                + (sets.isEmpty() ? "" : ", and call add() only between two sets") + ": "
                                + given.single().text());
            }
        }
    }

    /**
     * Makes the statement return the rows that it changed.
     *
     * @param columns which columns; none for all. A name that is not a plain one is quoted
     * @throws IllegalStateException if it already has a RETURNING clause, or cannot have one
     */
    @Override
    public HeadgateStatement returnGeneratedValues(String @Nullable ... columns) {
        if (columns == null) {
            throw new IllegalArgumentException("the columns are null; give none for all of them");
        }
        text = connection.text(given.returning(columns));
        return this;
    }

    /**
     * Fetches the rows of a query by a cursor, on demand, on its own connection, which is held until the last row. Other
     * statements return their whole result at once, whatever is set.
     *
     * @param rows rows per fetch, at least 1; 0 for the whole result at once
     */
    @Override
    public HeadgateStatement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("fetchSize is " + rows + "; it must be at least 1 row, or 0 for all");
        }
        fetchSize = rows;
        return this;
    }

    /**
     * Runs the statement at each subscription. Errors of the statement are errors of this publisher, except with a fetch
     * size, where they are errors of the result.
     */
    @Override
    public Flux<HeadgateResult> execute() {
        if (!text.isSingle()) {
            return connection.executeAll(text.statements()).map(HeadgateResult::of);
        }
        checkComplete("execute()");
        if (!sets.isEmpty()) {
            List<@Nullable Object[]> all = new ArrayList<>(sets);
            all.add(values.clone());
            return CaughtSignals.reported(LargeObjects.readAll(all)
                    .flatMapMany(read -> connection
                            .execute(text.single()
                                    .batch(read.stream().map(Arrays::asList).toList()))
                            .flatMapIterable(HeadgateStatement::resultOfEach)));
        }
        @Nullable Object[] bound = values.clone();
        if (LargeObjects.isAmong(bound)) {
            return LargeObjects.read(bound).flatMapMany(this::run);
        }
        return run(bound);
    }

    private Flux<HeadgateResult> run(@Nullable Object[] bound) {
        SqlStatement statement =
                bound.length == 0 ? text.single() : text.single().bindAll(bound);
        if (fetchSize > 0 && text.isQuery()) {
            Flux<SqlRow> rows = connection.stream(statement.fetchSize(fetchSize), text.onlyReads());
            return Flux.just(HeadgateResult.streaming(rows));
        }
        return connection.execute(statement).map(HeadgateResult::of).flux();
    }

    private static List<HeadgateResult> resultOfEach(SqlResult result) {
        List<HeadgateResult> results = new ArrayList<>();
        int row = 0;
        for (int set = 0; set < result.updateCounts().size(); set++) {
            int end =
                    row + (result.rowCounts().isEmpty() ? 0 : result.rowCounts().get(set));
            results.add(HeadgateResult.of(SqlResult.of(
                    result.rows().subList(row, end),
                    result.columns(),
                    result.updateCounts().get(set))));
            row = end;
        }
        return results;
    }

    @Override
    public String toString() {
        return "HeadgateStatement[" + text.single().text() + "]";
    }
}
