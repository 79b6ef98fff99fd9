package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.error.ParameterException;
import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.desc.ColumnDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection's prepared statements. Straight to PostgreSQL the most recently used ones are kept; PostgreSQL refuses one whose columns
 * have changed. Behind a pooler none is kept: another server connection may return rows of another shape, which Vert.x would not notice.
 * There each statement is prepared, described, run and closed within one transaction, whose locks keep the shape.
 */
final class Statements {

    /** Reads the parameter types by the statement's text: Vert.x reports neither the types nor the statement's name. */
    private static final String TYPES =
            "SELECT DISTINCT parameter_types::pg_catalog.oid[]::text FROM pg_catalog.pg_prepared_statements"
                    + " WHERE statement = ";

    private static final RowMetadata NO_COLUMNS = RowMetadata.of(List.of());

    /** No types were requested, because no value was bound. */
    private static final int[] NOT_REQUESTED = {};

    private final Exchange exchange;
    private final int capacity;
    private final Map<String, Prepared> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** @param capacity most statements to keep; 0 keeps none */
    Statements(Exchange exchange, int capacity) {
        this.exchange = exchange;
        this.capacity = capacity;
    }

    /** A prepared statement. */
    static final class Prepared {

        private final PreparedStatement handle;
        private final int[] types;
        private @Nullable RowMetadata columns;
        private boolean reused;

        Prepared(PreparedStatement handle, int[] types) {
            this.handle = handle;
            this.types = types;
        }

        PreparedStatement handle() {
            return handle;
        }

        /** Whether an earlier execution prepared it; the schema may have changed since. */
        boolean isReused() {
            return reused;
        }

        /** The ids of the parameters' types. */
        int[] types() {
            return types;
        }

        /** Its columns, from its first result. Columns of one prepared statement do not change. */
        RowMetadata columns(SqlResult<?> result) {
            RowMetadata known = columns;
            if (known == null) {
                known = columnsOf(result);
                columns = known;
            }
            return known;
        }
    }

    /** Columns of values in text format. Arrays get no type, because Vert.x splits them wrongly at each comma. */
    static RowMetadata columnsOfText(SqlResult<?> result) {
        RowMetadata columns = columnsOf(result);
        int[] types = new int[columns.size()];
        int[] modifiers = new int[types.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = ValueDecoder.readsArray(columns.typeId(i)) ? ValueTypes.OTHER : columns.typeId(i);
            modifiers[i] = -1;
        }
        return RowMetadata.of(columns.names(), types, modifiers);
    }

    static RowMetadata columnsOf(SqlResult<?> result) {
        List<ColumnDescriptor> descriptors = result.columnDescriptors();
        if (descriptors == null) {
            return NO_COLUMNS;
        }
        List<String> names = new ArrayList<>();
        int[] types = new int[descriptors.size()];
        int[] modifiers = new int[types.length];
        for (int i = 0; i < types.length; i++) {
            names.add(descriptors.get(i).name());
            types[i] = ValueTypes.idOf(descriptors.get(i).typeName());
            modifiers[i] = -1;
        }
        return RowMetadata.of(names, types, modifiers);
    }

    /**
     * Prepares a text, unless it is kept. Call {@link #release} afterwards.
     *
     * @param bound whether values will be bound
     */
    Future<Prepared> prepare(String text, boolean bound) {
        Prepared known = kept.get(text);
        if (known != null) {
            if (!bound || known.types != NOT_REQUESTED) {
                known.reused = true;
                return Future.succeededFuture(known);
            }
            forget(text);
        }
        Future<PreparedStatement> handle = exchange.prepare(text);
        Future<int[]> types = bound
                ? exchange.run(TYPES + literal(text)).map(rows -> types(rows, text))
                : Future.succeededFuture(NOT_REQUESTED);
        return Future.join(handle, types)
                .transform(both -> handle.compose(prepared ->
                        types.map(asked -> new Prepared(prepared, asked)).onFailure(error -> close(prepared))))
                .onSuccess(prepared -> keep(text, prepared));
    }

    private void keep(String text, Prepared prepared) {
        if (capacity == 0) {
            return;
        }
        if (kept.size() >= capacity) {
            forget(kept.keySet().iterator().next());
        }
        kept.put(text, prepared);
    }

    /** Closes the statement, unless it is kept. */
    Future<Void> release(Prepared prepared) {
        return capacity > 0 ? Future.succeededFuture() : close(prepared.handle);
    }

    /** Forgets a text, so that it is prepared anew. */
    void forget(String text) {
        Prepared known = kept.remove(text);
        if (known != null) {
            close(known.handle);
        }
    }

    private Future<Void> close(PreparedStatement handle) {
        return exchange.send(handle::close).otherwiseEmpty();
    }

    private static int[] types(RowSet<Row> rows, String text) {
        if (rows.size() == 0) {
            throw new ParameterException(
                    "the server or its pooler does not report the types of the parameters: " + text);
        }
        if (rows.size() > 1) {
            throw new ParameterException(
                    "another client has prepared the same text with other types of its parameters on this server "
                            + "connection; run it again, it will be sent under another text: " + text);
        }
        String array = rows.iterator().next().getString(0);
        String ids = array.substring(1, array.length() - 1);
        return ids.isEmpty()
                ? new int[0]
                : java.util.Arrays.stream(ids.split(","))
                        .mapToInt(Integer::parseUnsignedInt)
                        .toArray();
    }

    private static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }
}
