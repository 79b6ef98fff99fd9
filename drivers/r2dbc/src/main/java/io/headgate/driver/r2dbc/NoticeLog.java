package io.headgate.driver.r2dbc;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a server's notices to the log: warnings as such, what a RAISE NOTICE says as information, the rest for debugging. */
final class NoticeLog implements Consumer<WireError> {

    private static final Logger logger = LoggerFactory.getLogger("io.headgate.notices");

    private final String node;

    NoticeLog(String node) {
        this.node = node;
    }

    @Override
    public void accept(WireError notice) {
        String severity = notice.error().severity();
        switch (severity) {
            case "WARNING" ->
                logger.warn(
                        "{} {}: {}",
                        node,
                        notice.error().sqlState(),
                        notice.error().message());
            case "NOTICE", "INFO" ->
                logger.info("{} {}: {}", node, severity, notice.error().message());
            default -> logger.debug("{} {}: {}", node, severity, notice.error().message());
        }
    }
}
