package io.headgate.driver.netty;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import org.jspecify.annotations.Nullable;

/** A task that may need a {@link Description} of its statement. After the description it runs again, or one of these methods is called. */
interface DescribedTask extends WireTask {

    /** Receives the described types, which take the task's values. */
    void described(ParameterTypes form);

    /**
     * The server has refused the statement.
     *
     * @param beforeIt whether the BEGIN before the statement failed
     */
    void failed(ServerError error, boolean beforeIt);

    /** The statement cannot be sent. */
    void finish(HeadgateException failure);

    /**
     * The connection was lost.
     *
     * @param sent whether the server may have begun the statement
     */
    void lost(@Nullable ServerError fatal, String why, boolean sent);
}
