package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The request of a Bind: the statement's name, the formats of its rows, and the source of their description. Parameter sets of a batch
 * with equal types share one. Confined to the connection's event loop.
 *
 * <p>Rows come as text until this connection has described their columns under this name. Formats from another connection, or of an
 * unnamed statement, may belong to columns that have changed since.
 */
final class BindRequest {

    private final KnownStatement text;
    private final @Nullable Prepared named;
    private final @Nullable Columns formats;
    private final @Nullable BindRequest describedBy;
    private @Nullable Columns columns;

    private BindRequest(
            KnownStatement text,
            @Nullable Prepared named,
            @Nullable Columns formats,
            @Nullable BindRequest describedBy) {
        this.text = text;
        this.named = named;
        this.formats = formats;
        this.describedBy = describedBy;
    }

    /**
     * Chooses the formats and the source of the description.
     *
     * @param named the prepared statement; null if it has no name
     * @param others the statements before it in the same Sync
     */
    static BindRequest of(
            NettyConnection connection, KnownStatement text, @Nullable Prepared named, SyncMembers others) {
        Columns formats = named != null && named.columns() != null
                ? named.columns()
                : connection.writesReadableText() ? null : text.columns();
        if (named != null
                && named.isConfirmed()
                && formats != null
                && formats == named.columns()
                && formats.cameAsAskedFor()
                && text.isPlanned()
                && !connection.server().pooled()) {
            // the server refuses the statement if its columns have changed
            BindRequest settled = new BindRequest(text, named, formats, null);
            settled.columns = formats;
            return settled;
        }
        return new BindRequest(text, named, formats, named == null ? null : others.sameAs(named, formats));
    }

    /** The statement's name; empty if it has none. */
    byte[] name() {
        return named == null ? Frontend.NO_NAME : named.name();
    }

    @Nullable
    Prepared named() {
        return named;
    }

    /** The columns whose formats are requested; null for text. */
    @Nullable
    Columns formats() {
        return formats;
    }

    /** Whether a Describe must follow the Bind. */
    boolean isToBeDescribed() {
        return columns == null && describedBy == null;
    }

    /** The columns of its rows; {@link Columns#NONE} until the server has described them. */
    Columns columns() {
        BindRequest earlier = describedBy;
        Columns known = earlier != null ? earlier.columns : columns;
        return known == null ? Columns.NONE : known;
    }

    /** Reads a RowDescription. */
    void described(ByteBuf in, int index, int length) {
        Columns own = formats;
        if (own != null && own.isDescribedBy(in, index, length)) {
            described(own);
            return;
        }
        // all connections share one object
        Columns shared = text.columns();
        described(shared != null && shared.isDescribedBy(in, index, length) ? shared : Columns.of(in, index, length));
    }

    /** Stores the columns that the server has described. */
    void described(Columns now) {
        columns = now;
        if (named != null) {
            named.columns(now);
        }
        if (text.columns() != now) {
            text.columns(now);
        }
    }

    /** Drops the remembered formats: they do not match the statement's columns. */
    void forgetFormats() {
        if (named != null) {
            named.columns(null);
        }
        text.columns(null);
    }
}
