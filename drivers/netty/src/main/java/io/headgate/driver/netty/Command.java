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

    private final Consumer<String> whenDone;
    private final Consumer<ServerError> whenFailed;
    private final WhenLost whenLost;
    private String tag = "";
    private @Nullable ServerError error;

    /**
     * @param whenDone receives the command's tag
     * @param whenLost called when the connection ended before the answer
     */
    Command(Consumer<String> whenDone, Consumer<ServerError> whenFailed, WhenLost whenLost) {
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
        ServerError failed = error;
        if (failed == null) {
            whenDone.accept(tag);
        } else {
            whenFailed.accept(failed);
        }
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        whenLost.lost(fatal, why, sent);
    }
}
