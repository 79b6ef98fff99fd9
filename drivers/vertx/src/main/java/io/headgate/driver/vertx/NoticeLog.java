package io.headgate.driver.vertx;

import io.vertx.core.Handler;
import io.vertx.pgclient.PgNotice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a server's notices to the log: warnings as such, what a RAISE NOTICE says as information, the rest for debugging. */
final class NoticeLog implements Handler<PgNotice> {

    private static final Logger logger = LoggerFactory.getLogger("io.headgate.notices");

    private final String node;

    NoticeLog(String node) {
        this.node = node;
    }

    @Override
    public void handle(PgNotice notice) {
        String severity = String.valueOf(notice.getSeverity());
        switch (severity) {
            case "WARNING" -> logger.warn("{} {}: {}", node, notice.getCode(), notice.getMessage());
            case "NOTICE", "INFO" -> logger.info("{} {}: {}", node, severity, notice.getMessage());
            default -> logger.debug("{} {}: {}", node, severity, notice.getMessage());
        }
    }
}
