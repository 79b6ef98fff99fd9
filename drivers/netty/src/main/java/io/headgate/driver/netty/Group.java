package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Statements that share one Sync and one implicit transaction: either several reads of one text, or one statement, optionally behind a
 * BEGIN. Reads of one text wait for the same locks, so none waits for a lock of another text.
 *
 * <p>Results are delivered at ReadyForQuery. If one of several reads fails, the server skips those behind it and undoes all. Each read
 * then runs again alone, so a read that writes through a function is neither lost nor executed twice. A read that was cancelled at the
 * server is not repeated. Other reads of its group that no caller waits for fail as cancelled too.
 *
 * <p>The server answers a group at once, so the time of one member is unknown. Reads of a slow group run alone for a while.
 */
final class Group extends Sequence<Execution> {

    /** Most reads in a group. 16 gained 1.4 times in the prototype, and more gained nothing. Each read waits for the last one. */
    static final int MAX_MEMBERS = 16;

    /** Several times the duration of a group of quick reads, and the pool's default limit of a quick read. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** The usual number of reads in a group. */
    private static final int USUAL_MEMBERS = 6;

    private static final String QUERY_CANCELED = "57014";

    /** The text whose reads may join; null if there is only one member. */
    private final @Nullable KnownStatement read;

    private final SyncMembers syncMembers;
    private final Wire wire;
    private final long since = System.nanoTime();

    /** The unanswered BEGIN before the first statement. */
    private @Nullable String pendingBegin;

    private @Nullable NettyConnection connection;

    Group(Wire wire, @Nullable KnownStatement read) {
        super(new ArrayList<>(read == null ? 1 : USUAL_MEMBERS));
        this.wire = wire;
        this.read = read;
        syncMembers = new SyncMembers(members);
    }

    /** Whether another read of this text may join. */
    boolean takes(KnownStatement text) {
        return read == text && members.size() < MAX_MEMBERS;
    }

    void add(Execution member) {
        members.add(member);
    }

    SyncMembers syncMembers() {
        return syncMembers;
    }

    /** Writes a BEGIN before the next statement. If it fails, the server skips that statement. */
    void begin(String begin, NettyConnection owner, ByteBuf out) {
        pendingBegin = begin;
        connection = owner;
        // a statement behind the Sync of a failed BEGIN would run outside the transaction
        owner.wire().pause();
        Frontend.statement(out, begin);
    }

    @Override
    boolean precedes(byte type) {
        if (pendingBegin == null) {
            return false;
        }
        if (type == Backend.COMMAND_COMPLETE) {
            pendingBegin = null;
        }
        return true;
    }

    @Override
    boolean dropsRow(int length) {
        return pendingBegin == null && super.dropsRow(length);
    }

    @Override
    boolean isAnswered() {
        return error != null || (pendingBegin == null && isComplete());
    }

    @Override
    void done() {
        ServerError failed = error;
        NettyConnection owner = connection;
        if (owner != null) {
            if (pendingBegin != null) {
                // BEGIN goes before the next statement
                owner.transactions().deferBegin(pendingBegin);
            }
            owner.wire().resume(null);
        }
        if (failed == null) {
            boolean slow = members.size() > 1 && wire.timeSince(since) > SLOW_NANOS;
            for (int i = 0; i < members.size(); i++) {
                members.get(i).succeeded(slow);
            }
            return;
        }
        for (Execution each : members) {
            each.forgetUnconfirmed();
        }
        for (int i = 0; i < members.size(); i++) {
            Execution each = members.get(i);
            boolean cancelled = isCancelled(failed) && (i == current || !each.reportReorder());
            if (members.size() == 1 || cancelled) {
                each.failed(failed, pendingBegin != null);
            } else {
                each.runAlone(i == current);
            }
        }
    }

    private static boolean isCancelled(ServerError error) {
        return error.sqlState().equals(QUERY_CANCELED);
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        for (Execution each : members) {
            // one that throws must not keep the others from their end
            CallerSignals.signal(() -> each.lost(fatal, why, sent));
        }
    }
}
