package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a server's notices to the log: warnings as such, what a RAISE NOTICE says as information, the rest for debugging. */
final class NoticeLog implements Consumer<ServerError> {

    private static final Logger logger = LoggerFactory.getLogger("io.headgate.notices");

    private final String node;

    NoticeLog(String node) {
        this.node = node;
    }

    @Override
    public void accept(ServerError notice) {
        switch (notice.severity()) {
            case "WARNING" -> logger.warn("{} {}: {}", node, notice.sqlState(), notice.message());
            case "NOTICE", "INFO" -> logger.info("{} {}: {}", node, notice.severity(), notice.message());
            default -> logger.debug("{} {}: {}", node, notice.severity(), notice.message());
        }
    }
}
