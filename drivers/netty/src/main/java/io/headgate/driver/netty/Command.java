package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command of the simple protocol that returns nothing, such as COMMIT. */
final class Command extends SyncUnit {

    /** Receives the arguments of {@link SyncUnit#lost}. */
    interface WhenLost {
        void lost(@Nullable ServerError fatal, String why, boolean sent);
    }

    private final Runnable whenOver;
    private final Consumer<String> whenDone;
    private final Consumer<ServerError> whenFailed;
    private final WhenLost whenLost;
    private String tag = "";
    private @Nullable ServerError error;
    private boolean over;
    private boolean delivered;

    /**
     * @param whenOver called once, before any of the others
     * @param whenDone receives the command's tag
     * @param whenLost called when the connection ended before the answer, or because one of the others threw
     */
    Command(Runnable whenOver, Consumer<String> whenDone, Consumer<ServerError> whenFailed, WhenLost whenLost) {
        this.whenOver = whenOver;
        this.whenDone = whenDone;
        this.whenFailed = whenFailed;
        this.whenLost = whenLost;
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        if (type == Backend.COMMAND_COMPLETE) {
            tag = Backend.text(in, index, index + length);
        } else if (type == Backend.ERROR) {
            error = Backend.error(in, index, length);
        }
    }

    @Override
    void done() {
        over = true;
        whenOver.run();
        ServerError failed = error;
        if (failed == null) {
            whenDone.accept(tag);
        } else {
            whenFailed.accept(failed);
        }
        delivered = true;
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        if (!over) {
            over = true;
            whenOver.run();
        }
        if (!delivered) {
            delivered = true;
            whenLost.lost(fatal, why, sent);
        }
    }
}
