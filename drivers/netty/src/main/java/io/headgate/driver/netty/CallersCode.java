package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;

/** Runs what callers gave. What it throws is no matter of the connection, nor of those who wait behind. */
final class CallersCode {

    private static final Logger logger = LoggerFactory.getLogger(CallersCode.class);

    private CallersCode() {}

    /** Tells a caller of an end. */
    static void tell(Runnable end) {
        try {
            end.run();
        } catch (Throwable thrown) {
            logger.error("a caller threw when it was told of the end of its statement", thrown);
        }
    }

    /** Delivers the result of a statement. */
    static void deliver(CoreSubscriber<? super SqlResult> caller, SqlResult result) {
        try {
            caller.onNext(result);
            caller.onComplete();
        } catch (Throwable thrown) {
            logger.error("a caller threw when it was told of the end of its statement", thrown);
        }
    }

    /** Runs what may be the driver's own code too, whose {@link DecoderException} is passed on: the server does not speak the protocol. */
    static void guarded(Runnable code) {
        try {
            code.run();
        } catch (DecoderException foreign) {
            throw foreign;
        } catch (Throwable thrown) {
            logger.error("a caller threw when it was told of the end of its statement", thrown);
        }
    }
}
