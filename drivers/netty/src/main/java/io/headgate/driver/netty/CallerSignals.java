package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;

/** Runs callers' code. Its exceptions are logged: they must not fail the connection or the statements behind. */
final class CallerSignals {

    private static final Logger logger = LoggerFactory.getLogger(CallerSignals.class);

    private CallerSignals() {}

    /** Sends a terminal signal. */
    static void signal(Runnable end) {
        try {
            end.run();
        } catch (Throwable thrown) {
            logger.error("a subscriber threw on the end of its statement", thrown);
        }
    }

    /** Emits the result of a statement and completes. */
    static void deliver(CoreSubscriber<? super SqlResult> caller, SqlResult result) {
        try {
            caller.onNext(result);
            caller.onComplete();
        } catch (Throwable thrown) {
            logger.error("a subscriber threw on the end of its statement", thrown);
        }
    }

    /**
     * Ends one of several statements that were answered together. What that throws must not keep the others from their results, nor the
     * statement from its end. A {@link DecoderException} is rethrown: the server broke the protocol.
     */
    static void end(Execution statement, Runnable code) {
        try {
            code.run();
        } catch (Throwable thrown) {
            logger.error("a statement could not be ended", thrown);
            statement.breakOff(thrown);
            if (thrown instanceof DecoderException foreign) {
                throw foreign;
            }
        }
    }

    /** Runs code of the driver that may call callers' code. A {@link DecoderException} is rethrown: the server broke the protocol. */
    static void guarded(Runnable code) {
        try {
            code.run();
        } catch (DecoderException foreign) {
            throw foreign;
        } catch (Throwable thrown) {
            logger.error("a subscriber threw on the end of its statement", thrown);
        }
    }
}
