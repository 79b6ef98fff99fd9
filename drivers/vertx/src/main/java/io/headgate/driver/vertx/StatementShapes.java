package io.headgate.driver.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a connection's prepared statements by name. Names are those of Vert.x, at most seven ASCII characters, so
 * a name is a long and a look-up costs no object. Confined to the connection's event loop.
 */
final class StatementShapes {

    private static final int MAX_NAME = 8;

    private final LongObjectHashMap<StatementShape> shapes = new LongObjectHashMap<>();

    /** A new shape for the statement whose name begins at an index, in place of an older one. */
    StatementShape create(ByteBuf in, int index) {
        StatementShape shape = new StatementShape();
        shapes.put(name(in, index), shape);
        return shape;
    }

    /** The shape of the statement whose name begins at an index, or null if it was never described. */
    @Nullable
    StatementShape find(ByteBuf in, int index) {
        return shapes.get(name(in, index));
    }

    /** Forgets the statement whose name begins at an index. */
    void remove(ByteBuf in, int index) {
        shapes.remove(name(in, index));
    }

    private static long name(ByteBuf in, int index) {
        long name = 0;
        for (int i = 0; ; i++) {
            byte c = in.getByte(index + i);
            if (c == 0) {
                return name;
            }
            if (i == MAX_NAME) {
                throw new IllegalStateException(
                        "a prepared statement's name is longer than " + MAX_NAME + " characters");
            }
            name = name << 8 | c;
        }
    }
}
