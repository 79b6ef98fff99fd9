package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.vertx.pgclient.impl.codec.PgCodec;
import io.vertx.sqlclient.desc.ColumnDescriptor;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the types of a result's columns, as PostgreSQL has them, out of Vert.x's descriptors, which keep them to themselves.
 * It happens once for each prepared statement of a connection. Where another version of Vert.x looks different inside, the
 * types stay unknown; values are read all the same.
 */
final class ColumnTypes {

    private static final Logger logger = LoggerFactory.getLogger(ColumnTypes.class);
    private static final @Nullable ColumnTypes FIELDS = fields();

    /** Holds the type's id, see {@link TypeSubstitution#inColumns}. */
    private final Field table;

    private final Field modifier;

    private ColumnTypes() throws ReflectiveOperationException {
        Class<?> column =
                Class.forName(PgCodec.class.getPackageName() + ".PgColumnDesc", false, PgCodec.class.getClassLoader());
        table = column.getDeclaredField("relationId");
        modifier = column.getDeclaredField("typeModifier");
        table.setAccessible(true);
        modifier.setAccessible(true);
    }

    private static @Nullable ColumnTypes fields() {
        try {
            return new ColumnTypes();
        } catch (ReflectiveOperationException | RuntimeException e) {
            logger.warn(
                    "this version of the Vert.x PG Client is unknown inside: {}; types of columns are not told",
                    e.toString());
            return null;
        }
    }

    static RowMetadata metadata(List<String> names, @Nullable List<ColumnDescriptor> columns) {
        ColumnTypes fields = FIELDS;
        if (fields == null || columns == null || columns.size() != names.size()) {
            return RowMetadata.of(names);
        }
        try {
            int[] types = new int[names.size()];
            int[] modifiers = new int[names.size()];
            for (int i = 0; i < types.length; i++) {
                types[i] = fields.table.getInt(columns.get(i));
                modifiers[i] = fields.modifier.getInt(columns.get(i));
            }
            return RowMetadata.of(names, types, modifiers);
        } catch (IllegalAccessException | IllegalArgumentException unreadable) {
            return RowMetadata.of(names);
        }
    }
}
