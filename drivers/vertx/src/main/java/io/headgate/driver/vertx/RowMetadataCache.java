package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The metadata of a connection's prepared statements. Vert.x gives every result of a statement the same list of names, so
 * its identity finds the metadata without reading a name. Confined to the connection's event loop.
 */
final class RowMetadataCache {

    private static final RowMetadata NONE = RowMetadata.of(List.of());

    private final IdentityHashMap<List<String>, RowMetadata> known = new IdentityHashMap<>();
    private final int capacity;

    RowMetadataCache(int capacity) {
        this.capacity = capacity;
    }

    RowMetadata of(RowSet<Row> answer) {
        List<String> names = answer.columnsNames();
        if (names == null) {
            return NONE;
        }
        RowMetadata metadata = known.get(names);
        if (metadata == null) {
            if (known.size() >= capacity) {
                known.clear();
            }
            metadata = ColumnTypes.metadata(names, answer.columnDescriptors());
            known.put(names, metadata);
        }
        return metadata;
    }
}
