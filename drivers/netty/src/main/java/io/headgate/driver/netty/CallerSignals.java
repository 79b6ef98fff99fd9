package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;

/** Runs callers' code. Its exceptions are logged: they must not fail the connection or the statements behind. */
final class CallerSignals {

    private static final Logger logger = LoggerFactory.getLogger(CallerSignals.class);

    private CallerSignals() {}

    /** Sends a signal. */
    static void signal(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable thrown) {
            logger.error("a subscriber threw when it received a signal", thrown);
        }
    }

    /** Emits the result of a statement and completes. */
    static void deliver(CoreSubscriber<? super SqlResult> caller, SqlResult result) {
        try {
            caller.onNext(result);
            caller.onComplete();
        } catch (Throwable thrown) {
            logger.error("a subscriber threw when it received a result", thrown);
        }
    }
}
