package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgNotice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NoticeLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.headgate.notices");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void logsBySeverity() {
        NoticeLog log = new NoticeLog("db:5432");
        log.handle(notice("WARNING", "01000", "watch out"));
        log.handle(notice("NOTICE", "00000", "raised"));
        log.handle(notice("INFO", "00000", "vacuuming"));
        log.handle(notice("LOG", "00000", "detail"));
        log.handle(notice(null, null, null));
        assertThat(lines.list)
                .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
                .containsExactly(
                        "WARN db:5432 01000: watch out",
                        "INFO db:5432 NOTICE: raised",
                        "INFO db:5432 INFO: vacuuming",
                        "DEBUG db:5432 LOG: detail",
                        "DEBUG db:5432 null: null");
    }

    private static PgNotice notice(String severity, String code, String message) {
        return new PgNotice(
                new JsonObject().put("severity", severity).put("code", code).put("message", message));
    }
}
