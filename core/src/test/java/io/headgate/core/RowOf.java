package io.headgate.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A row of given values. */
record RowOf(RowMetadata columns, List<Object> values) implements SqlRow {

    /** A row from alternating names and values. */
    static RowOf row(Object... namesAndValues) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RowOf(RowMetadata.of(List.copyOf(columns.keySet())), new ArrayList<>(columns.values()));
    }

    @Override
    public Object value(int index) {
        return values.get(index);
    }
}
