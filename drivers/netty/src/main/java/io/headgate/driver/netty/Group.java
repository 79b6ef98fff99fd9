package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements that share one Sync, and so one implicit transaction: several reads, or one statement, before which BEGIN may stand.
 *
 * <p>They are delivered once the server is ready. If one of several reads fails, the server has skipped those behind it and
 * undone all: each is run again by itself. A read that writes after all, by a function of its own, is then neither lost nor
 * doubled.
 */
final class Group extends Unit implements Wire.Noted {

    /**
     * Most reads that share a Sync. The prototype gained 1.4 times with up to 16; more brought nothing that could be measured,
     * and each waits for the last.
     */
    static final int MOST = 16;

    /** How many may share it. */
    private final int most;

    private final List<Execution> members;

    /** The one whose answer comes now. */
    private int current;

    /** The BEGIN that stands first and has not been answered. */
    private @Nullable String opening;

    private @Nullable ServerError error;
    private @Nullable NettyConnection connection;

    Group(boolean forReads) {
        most = forReads ? MOST : 1;
        members = new ArrayList<>(1);
    }

    boolean isFull() {
        return members.size() >= most;
    }

    void add(Execution member) {
        members.add(member);
    }

    /** The members so far. */
    List<Execution> members() {
        return members;
    }

    /** Writes a BEGIN before the one that follows: if it fails, the server skips that one. */
    void open(String begin, NettyConnection owner, ByteBuf out) {
        opening = begin;
        connection = owner;
        // behind the Sync of a BEGIN that fails it would run outside the transaction
        owner.wire().pause();
        Frontend.statement(out, begin);
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        if (error != null) {
            throw new DecoderException("a message of type " + (char) type + " after an error");
        }
        if (type == Backend.ERROR) {
            error = Backend.error(in, index, length);
        } else if (opening != null) {
            if (type == Backend.COMMAND_COMPLETE) {
                opening = null;
            }
        } else if (current == members.size()) {
            throw new DecoderException("a message of type " + (char) type + " that belongs to no statement");
        } else if (members.get(current).receive(type, in, index, length)) {
            current++;
        }
    }

    @Override
    public void noted(ServerError notice) {
        if (current < members.size()) {
            members.get(current).noted(notice);
        }
    }

    @Override
    boolean isAnswered() {
        return error != null || (opening == null && current == members.size());
    }

    @Override
    void done() {
        ServerError failed = error;
        NettyConnection owner = connection;
        if (owner != null) {
            if (opening != null) {
                // the next statement tries again
                owner.open(opening);
            }
            owner.wire().resume(null);
        }
        if (failed == null) {
            for (Execution each : members) {
                each.succeeded();
            }
            return;
        }
        for (Execution each : members) {
            each.forgetUnconfirmed();
        }
        if (members.size() == 1) {
            members.get(0).failed(failed, opening != null);
            return;
        }
        for (int i = 0; i < members.size(); i++) {
            members.get(i).runAlone(i == current);
        }
    }

    @Override
    void lost(@Nullable ServerError fatal, String why) {
        for (Execution each : members) {
            each.lost(fatal, why, true);
        }
    }
}
