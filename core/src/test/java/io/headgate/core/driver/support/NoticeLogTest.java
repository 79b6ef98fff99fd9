package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.core.topology.Node;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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

    private List<String> written() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Test
    void logsBySeverity() {
        NoticeLog log = new NoticeLog(Node.of("db", 5432));
        log.write("WARNING", "01000", "watch out");
        log.write("NOTICE", "00000", "raised");
        log.write("INFO", "00000", "vacuuming");
        log.write("LOG", "00000", "detail");
        assertThat(written())
                .containsExactly(
                        "WARN db:5432 01000: watch out",
                        "INFO db:5432 NOTICE: raised",
                        "INFO db:5432 INFO: vacuuming",
                        "DEBUG db:5432 LOG: detail");
    }

    @Test
    void aWarningIsWrittenHoweverMuchElseIsSaid() {
        NoticeLog log = new NoticeLog(Node.of("db", 5432), () -> 0);
        for (int i = 0; i < 100; i++) {
            log.write("LOG", "00000", "detail");
            log.write("NOTICE", "00000", "row " + i);
        }
        log.write("WARNING", "01000", "watch out");
        assertThat(written()).endsWith("WARN db:5432 01000: watch out").hasSize(100 + 20 + 1);
    }

    @Test
    void oneARowDoesNotFillTheLog() {
        AtomicLong clock = new AtomicLong();
        NoticeLog log = new NoticeLog(Node.of("db", 5432), clock::get);
        for (int i = 0; i < 1_000; i++) {
            log.write("NOTICE", "00000", "row " + i);
        }
        assertThat(written()).hasSize(20);
        clock.addAndGet(1_000_000_000);
        log.write("NOTICE", "00000", "later");
        assertThat(written().subList(20, 22))
                .containsExactly("INFO db:5432: 980 more notices were left out", "INFO db:5432 NOTICE: later");
    }
}
