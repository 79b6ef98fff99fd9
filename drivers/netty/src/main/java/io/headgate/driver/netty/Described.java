package io.headgate.driver.netty;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import org.jspecify.annotations.Nullable;

/** A task that may have to wait for a {@link Description} of its statement; it then gets its turn once more, or one of these. */
interface Described extends Wire.Task {

    /** The server has answered the question: the types for the values that were asked about. */
    void described(ParameterTypes form);

    /** The server refuses the statement. */
    void failed(ServerError error, boolean beforeIt);

    /** It cannot be sent. */
    void finish(HeadgateException failure);

    /** The connection was lost. */
    void lost(@Nullable ServerError fatal, String why, boolean sent);
}
