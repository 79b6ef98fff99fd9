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
 * The named statements of one connection: the most recently used ones, bounded in number and in bytes of text. A dropped statement is
 * closed at the server before the next statement, so no name stays there. Confined to the connection's event loop.
 */
final class PreparedStatements {

    /** A named statement. */
    static final class Prepared {

        private final Key key;
        private final int textBytes;
        private final byte[] name;

        /** The unit that prepares it; null when confirmed. */
        private @Nullable SyncUnit unit;

        private boolean confirmed;
        private @Nullable Columns columns;

        private Prepared(Key key, int textBytes, byte[] name, SyncUnit unit) {
            this.key = key;
            this.textBytes = textBytes;
            this.name = name;
            this.unit = unit;
        }

        byte[] name() {
            return name;
        }

        /** Whether the server has confirmed the Parse. */
        boolean isConfirmed() {
            return confirmed;
        }

        void confirm() {
            confirmed = true;
            unit = null;
        }

        /** The columns that this connection's server described last. */
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

    /** Most bytes of text of all statements, 2 MiB. The server needs several times as much for the plans. */
    private static final int MAX_BYTES = 2 << 20;

    private final int maxStatements;
    private final ArrayDeque<byte[]> toClose = new ArrayDeque<>();
    private int bytes;
    private final Map<Key, Prepared> statements = new LinkedHashMap<>(16, 0.75f, true);
    private int names;

    /** The key of look-ups. It is never in the map. */
    private final Key probe = new Key();

    PreparedStatements(int maxStatements) {
        this.maxStatements = maxStatements;
    }

    /**
     * Returns the named statement; writes a Parse before its first use. Returns null if the text is longer than 2 MiB, or
     * while another unit's Parse has no answer: an error before that Parse would leave the name undefined.
     */
    @Nullable
    Prepared use(KnownStatement statement, int[] types, SyncUnit unit, ByteBuf out) {
        Prepared known = statements.get(probe.of(statement, types));
        if (known != null) {
            return known.confirmed || known.unit == unit ? known : null;
        }
        int size = statement.utf8().length;
        if (size > MAX_BYTES) {
            return null;
        }
        while (statements.size() >= maxStatements || (bytes + size > MAX_BYTES && !statements.isEmpty())) {
            forget(statements.values().iterator().next());
        }
        byte[] name = ("h" + Integer.toString(++names, Character.MAX_RADIX)).getBytes(StandardCharsets.US_ASCII);
        Prepared prepared = new Prepared(new Key().of(statement, types), size, name, unit);
        statements.put(prepared.key, prepared);
        bytes += size;
        Frontend.parse(out, name, statement.utf8(), types);
        return prepared;
    }

    /** Forgets a statement that is no longer used, or that the server does not have as it was prepared. */
    void forget(Prepared prepared) {
        if (statements.remove(prepared.key, prepared)) {
            bytes -= prepared.textBytes;
            // closing an unknown name is no error; a pooler may know a name that the server does not
            toClose.add(prepared.name);
        }
    }

    /** Closes forgotten statements at the server. Comes first in a unit, where no error can prevent it. */
    void close(ByteBuf out) {
        byte[] name;
        while ((name = toClose.poll()) != null) {
            Frontend.closeStatement(out, name);
        }
    }
}
