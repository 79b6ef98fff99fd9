package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Statements that share one Sync, and so one implicit transaction: several reads of one text, or one statement, before which BEGIN may
 * stand. Reads of one text wait for the same locks, so none is held up by another that waits for a lock.
 *
 * <p>They are delivered once the server is ready. If one of several reads fails, the server has skipped those behind it and
 * undone all: each is run again by itself. A read that writes after all, by a function of its own, is then neither lost nor
 * doubled. One that was cancelled is not run again: whoever cancelled it meant it; nor are those with it that nobody wants any more.
 *
 * <p>The server answers a group in one piece, so nobody can tell how long each took. Those of a group that took long run by
 * themselves for a while.
 */
final class Group extends Sequence<Execution> {

    /**
     * Most reads that share a Sync. The prototype gained 1.4 times with up to 16; more brought nothing that could be measured,
     * and each waits for the last.
     */
    static final int MOST = 16;

    /** Several times what quick reads take together, and the default from which on a pool calls one of them slow. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What mostly waits together. */
    private static final int SOME = 6;

    private static final String QUERY_CANCELED = "57014";

    /** Whose reads may share it, or null if there is one member alone. */
    private final @Nullable KnownStatement read;

    private final Asks asks;
    private final Wire wire;
    private final long since = System.nanoTime();

    /** The BEGIN that stands first and has not been answered. */
    private @Nullable String pendingBegin;

    private @Nullable NettyConnection connection;

    Group(Wire wire, @Nullable KnownStatement read) {
        super(new ArrayList<>(read == null ? 1 : SOME));
        this.wire = wire;
        this.read = read;
        asks = new Asks(members);
    }

    /** Whether a read of this text may join. */
    boolean takes(KnownStatement text) {
        return read == text && members.size() < MOST;
    }

    void add(Execution member) {
        members.add(member);
    }

    Asks asks() {
        return asks;
    }

    /** Writes a BEGIN before the one that follows: if it fails, the server skips that one. */
    void begin(String begin, NettyConnection owner, ByteBuf out) {
        pendingBegin = begin;
        connection = owner;
        // behind the Sync of a BEGIN that fails it would run outside the transaction
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
    boolean refusesRow(int length) {
        return pendingBegin == null && super.refusesRow(length);
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
                // the next statement tries again
                owner.deferBegin(pendingBegin);
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
            boolean cancelled = isCancelled(failed) && (i == current || !each.goesBehindOthers());
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
            each.lost(fatal, why, sent);
        }
    }
}
