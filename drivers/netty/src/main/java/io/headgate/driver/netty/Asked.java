package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a Bind asked for: under which name, and in which formats its rows are to come; and how the server describes them. The
 * parameter sets of a batch that have the same types share one. Confined to the connection's event loop.
 *
 * <p>Rows come as text until their columns were described under this name on this connection. Formats that another connection
 * learned, or that belong to a statement without a name, may be those of columns that have changed since.
 */
final class Asked {

    private final KnownStatement text;
    private final @Nullable Prepared named;
    private final @Nullable Columns formats;
    private final @Nullable Asked describedBy;
    private @Nullable Columns columns;

    private Asked(
            KnownStatement text, @Nullable Prepared named, @Nullable Columns formats, @Nullable Asked describedBy) {
        this.text = text;
        this.named = named;
        this.formats = formats;
        this.describedBy = describedBy;
    }

    /**
     * Decides what to ask for.
     *
     * @param named its name, or null
     * @param others what stands before it in the same Sync
     */
    static Asked of(NettyConnection connection, KnownStatement text, @Nullable Prepared named, Asks others) {
        Columns formats = named != null && named.columns() != null
                ? named.columns()
                : connection.writesTextPlainly() ? null : text.columns();
        if (named != null
                && named.isConfirmed()
                && formats != null
                && formats == named.columns()
                && formats.cameAsAskedFor()
                && text.isPlanned()
                && !connection.server().pooled()) {
            // the server refuses it if its columns are others by now
            Asked settled = new Asked(text, named, formats, null);
            settled.columns = formats;
            return settled;
        }
        return new Asked(text, named, formats, named == null ? null : others.sameAs(named, formats));
    }

    /** The statement's name, or that of what has none. */
    byte[] name() {
        return named == null ? Frontend.NO_NAME : named.name();
    }

    @Nullable
    Prepared named() {
        return named;
    }

    /** The columns in whose formats it asks, or null for text. */
    @Nullable
    Columns formats() {
        return formats;
    }

    /** Whether a Describe has to follow the Bind. */
    boolean isToBeDescribed() {
        return columns == null && describedBy == null;
    }

    /** The columns of its rows, once the server has come to them. */
    Columns columns() {
        Asked earlier = describedBy;
        Columns known = earlier != null ? earlier.columns : columns;
        return known == null ? Columns.NONE : known;
    }

    /** Takes a RowDescription. */
    void described(ByteBuf in, int index, int length) {
        Columns own = formats;
        if (own != null && own.isDescribedBy(in, index, length)) {
            described(own);
            return;
        }
        // one object for all connections
        Columns shared = text.columns();
        described(shared != null && shared.isDescribedBy(in, index, length) ? shared : Columns.of(in, index, length));
    }

    /** Takes what the server says of its columns. */
    void described(Columns now) {
        columns = now;
        if (named != null) {
            named.columns(now);
        }
        if (text.columns() != now) {
            text.columns(now);
        }
    }

    /** Its columns are not those whose formats were asked for. */
    void forgetFormats() {
        if (named != null) {
            named.columns(null);
        }
        text.columns(null);
    }
}
