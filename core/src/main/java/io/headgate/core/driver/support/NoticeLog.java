package io.headgate.core.driver.support;

import io.headgate.core.topology.Node;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the notices of a connection to the log {@code io.headgate.notices}: WARNING at warn, NOTICE and INFO at info, the rest at
 * debug. So that a function with one notice per row does not fill the log, at most {@value #MAX_PER_SECOND} warnings and {@value
 * #MAX_PER_SECOND} infos are written per second; the next notice after that second logs how many were left out. Confined to the
 * connection's event loop.
 */
public final class NoticeLog {

    private static final Logger logger = LoggerFactory.getLogger("io.headgate.notices");
    private static final int MAX_PER_SECOND = 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Node node;
    private final LongSupplier clock;
    private long since;
    private int warnings;
    private int others;
    private int leftOut;

    /** @param node appears in every line */
    public NoticeLog(Node node) {
        this(node, System::nanoTime);
    }

    NoticeLog(Node node, LongSupplier clock) {
        this.node = node;
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    /** Writes a notice. */
    public void write(String severity, String sqlState, String message) {
        long now = clock.getAsLong();
        if (now - since >= SECOND) {
            if (leftOut > 0) {
                logger.info("{}: {} more notices were left out", node, leftOut);
            }
            since = now;
            warnings = 0;
            others = 0;
            leftOut = 0;
        }
        boolean fits;
        switch (severity) {
            case "WARNING" -> {
                fits = warnings++ < MAX_PER_SECOND;
                if (fits) {
                    logger.warn("{} {}: {}", node, sqlState, message);
                }
            }
            case "NOTICE", "INFO" -> {
                fits = others++ < MAX_PER_SECOND;
                if (fits) {
                    logger.info("{} {}: {}", node, severity, message);
                }
            }
            default -> {
                fits = true;
                logger.debug("{} {}: {}", node, severity, message);
            }
        }
        if (!fits) {
            leftOut++;
        }
    }
}
