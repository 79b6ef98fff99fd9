package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named statements of one connection, the most recently used ones; what goes is closed at the server. Confined to the
 * connection's event loop.
 */
final class PreparedStatements {

    /** A statement under its name. */
    static final class Prepared {

        private final Key key;
        private final byte[] name;

        /** The one that prepares it, until it is confirmed. */
        private @Nullable Unit unit;

        private boolean confirmed;
        private @Nullable Columns columns;

        private Prepared(Key key, byte[] name, Unit unit) {
            this.key = key;
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

        void columns(Columns described) {
            columns = described;
        }
    }

    private record Key(KnownStatement statement, int[] types) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && statement == that.statement && Arrays.equals(types, that.types);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(statement) * 31 + Arrays.hashCode(types);
        }
    }

    private final int most;
    private final Map<Key, Prepared> statements = new LinkedHashMap<>(16, 0.75f, true);
    private int names;

    PreparedStatements(int most) {
        this.most = most;
    }

    /**
     * The statement's name; writes a Parse before it is used for the first time. Null as long as another unit's Parse is under way:
     * an error before it would leave the name without a statement.
     */
    @Nullable
    Prepared use(KnownStatement statement, int[] types, Unit unit, ByteBuf out) {
        Key key = new Key(statement, types);
        Prepared known = statements.get(key);
        if (known != null) {
            return known.confirmed || known.unit == unit ? known : null;
        }
        if (statements.size() >= most) {
            var eldest = statements.entrySet().iterator();
            Frontend.closeStatement(out, eldest.next().getValue().name());
            eldest.remove();
        }
        byte[] name = ("h" + Integer.toString(++names, Character.MAX_RADIX)).getBytes(StandardCharsets.US_ASCII);
        Prepared prepared = new Prepared(key, name, unit);
        statements.put(key, prepared);
        Frontend.parse(out, name, statement.utf8(), types);
        return prepared;
    }

    /** Forgets a statement that the server does not have, or not as it was. */
    void forget(Prepared prepared) {
        statements.remove(prepared.key, prepared);
    }
}
