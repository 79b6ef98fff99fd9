package io.headgate.core.observe;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Role;
import org.jspecify.annotations.Nullable;

/** How the server completed an operation: what it said, and how often and in which form the statement was sent. Immutable. */
public final class Completion {

    /** How a statement was prepared. */
    public enum Preparation {
        /** The connection had the prepared statement already. */
        REUSED,
        /** The statement was prepared under a name, for this execution and for later ones. */
        NEW,
        /** The statement was sent without a name, or as plain text: nothing is kept. */
        UNNAMED
    }

    private final Role role;
    private final @Nullable String commandTag;
    private final int attempts;
    private final @Nullable Preparation preparation;
    private final @Nullable Lsn position;
    private final boolean positionUnknown;

    private Completion(
            Role role,
            @Nullable String commandTag,
            int attempts,
            @Nullable Preparation preparation,
            @Nullable Lsn position,
            boolean positionUnknown) {
        this.role = role;
        this.commandTag = commandTag;
        this.attempts = attempts;
        this.preparation = preparation;
        this.position = position;
        this.positionUnknown = positionUnknown;
    }

    /**
     * An operation that was sent once.
     *
     * @param role see {@link #role()}
     */
    public static Completion of(Role role) {
        return new Completion(role, null, 1, null, null, false);
    }

    /** This with {@link #commandTag()}. */
    public Completion commandTag(String tag) {
        return new Completion(role, tag, attempts, preparation, position, positionUnknown);
    }

    /** This with {@link #attempts()}. */
    public Completion attempts(int sent) {
        return new Completion(role, commandTag, sent, preparation, position, positionUnknown);
    }

    /** This with {@link #preparation()}. */
    public Completion preparation(Preparation how) {
        return new Completion(role, commandTag, attempts, how, position, positionUnknown);
    }

    /**
     * This with {@link #position()}.
     *
     * @param reached null if the work may have written and its position is not known: see {@link #isPositionUnknown}
     */
    public Completion position(@Nullable Lsn reached) {
        return new Completion(role, commandTag, attempts, preparation, reached, reached == null);
    }

    /** The server's role when the connection was opened. A pooler may have changed servers since. */
    public Role role() {
        return role;
    }

    /**
     * What the server reported, such as {@code INSERT 0 5}; for a batch, that of its last set; for a stream, of its last fetch. Null
     * where the driver does not pass it on.
     */
    public @Nullable String commandTag() {
        return commandTag;
    }

    /** How often the driver sent it: 1, and one more for each time it was prepared anew or repeated alone. */
    public int attempts() {
        return attempts;
    }

    /** How it was prepared; null where the driver does not say, and for a COMMIT. */
    public @Nullable Preparation preparation() {
        return preparation;
    }

    /**
     * The primary's position in the write-ahead log, at or behind the end of the write: after the COMMIT of a transaction that may have
     * written, and after a write outside a transaction. A replica that has replayed up to here shows the write. In about one of 700 writes
     * a replica reaches the position only with the primary's next record: on an idle primary, after some seconds. Null for other
     * operations, where no listener {@linkplain DataAccessListener#wantsPosition wants} it, and where the server or the driver does not
     * say.
     */
    public @Nullable Lsn position() {
        return position;
    }

    /**
     * Whether the work may have written, and the driver asks for positions but has none: the server refused, the request was cancelled, or
     * the connection was lost behind the write. A replica with an earlier position may not show the write.
     */
    public boolean isPositionUnknown() {
        return positionUnknown;
    }

    @Override
    public String toString() {
        return "Completion[" + role + (commandTag == null ? "" : ", " + commandTag)
                + (preparation == null ? "" : ", " + preparation) + (attempts == 1 ? "" : ", attempts=" + attempts)
                + (position == null ? "" : ", position=" + position) + "]";
    }
}
