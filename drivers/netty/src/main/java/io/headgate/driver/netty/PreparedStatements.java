package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named statements of one connection, the most recently used ones, bounded in number and in bytes of text. What goes is closed
 * at the server with the next unit: a name is never left behind there. Confined to the connection's event loop.
 */
final class PreparedStatements {

    /** A statement under its name. */
    static final class Prepared {

        private final Key key;
        private final int textBytes;
        private final byte[] name;

        /** The one that prepares it, until it is confirmed. */
        private @Nullable Unit unit;

        private boolean confirmed;
        private @Nullable Columns columns;

        private Prepared(Key key, int textBytes, byte[] name, Unit unit) {
            this.key = key;
            this.textBytes = textBytes;
            this.name = name;
            this.unit = unit;
        }

        byte[] name() {
            return name;
        }

        /** Whether the server has said that it is prepared. */
        boolean isConfirmed() {
            return confirmed;
        }

        void confirm() {
            confirmed = true;
            unit = null;
        }

        /** The columns as this connection's server described them last. */
        @Nullable
        Columns columns() {
            return columns;
        }

        void columns(@Nullable Columns described) {
            columns = described;
        }
    }

    private static final class Key {

        private @Nullable KnownStatement statement;
        private int[] types = {};

        Key of(KnownStatement text, int[] parameterTypes) {
            statement = text;
            types = parameterTypes;
            return this;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && statement == that.statement && Arrays.equals(types, that.types);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(statement) * 31 + Arrays.hashCode(types);
        }
    }

    /** Most bytes of text of all. A plan takes several times as much at the server. */
    private static final int MOST_BYTES = 2 << 20;

    private final int most;
    private final ArrayDeque<byte[]> gone = new ArrayDeque<>();
    private int bytes;
    private final Map<Key, Prepared> statements = new LinkedHashMap<>(16, 0.75f, true);
    private int names;

    /** Look-ups are made with this one: it is never in the map. */
    private final Key probe = new Key();

    PreparedStatements(int most) {
        this.most = most;
    }

    /**
     * The statement's name; writes a Parse before it is used for the first time. Null as long as another unit's Parse is under way:
     * an error before it would leave the name without a statement.
     */
    @Nullable
    Prepared use(KnownStatement statement, int[] types, Unit unit, ByteBuf out) {
        Prepared known = statements.get(probe.of(statement, types));
        if (known != null) {
            return known.confirmed || known.unit == unit ? known : null;
        }
        int size = statement.utf8().length;
        if (size > MOST_BYTES) {
            return null;
        }
        while (statements.size() >= most || (bytes + size > MOST_BYTES && !statements.isEmpty())) {
            forget(statements.values().iterator().next());
        }
        byte[] name = ("h" + Integer.toString(++names, Character.MAX_RADIX)).getBytes(StandardCharsets.US_ASCII);
        Prepared prepared = new Prepared(new Key().of(statement, types), size, name, unit);
        statements.put(prepared.key, prepared);
        bytes += size;
        Frontend.parse(out, name, statement.utf8(), types);
        return prepared;
    }

    /** Forgets a statement: one that is used no more, or is not at the server as it was. */
    void forget(Prepared prepared) {
        if (statements.remove(prepared.key, prepared)) {
            bytes -= prepared.textBytes;
            // to close what was never prepared is no error, and a pooler may know the name though the server does not
            gone.add(prepared.name);
        }
    }

    /** Closes at the server what has gone; first in a unit, so that no error can keep it from being done. */
    void close(ByteBuf out) {
        byte[] name;
        while ((name = gone.poll()) != null) {
            Frontend.closeStatement(out, name);
        }
    }
}
