package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatementRevisionsTest {

    private static final String SQL = "SELECT * FROM track";
    private static final String FIRST = SQL + "/*176463360*/";

    private volatile Instant now = Instant.ofEpochMilli(1_764_633_600_123L);
    private final StatementRevisions texts = new StatementRevisions(() -> now);

    @Test
    void sendsAStatementAsItIsUntilItGoesStale() {
        assertThat(texts.current(SQL)).isSameAs(SQL);
        texts.renew("SELECT 1", "SELECT 1");
        assertThat(texts.current(SQL)).isSameAs(SQL);
    }

    @Test
    void givesInstancesThatMeetAChangeTogetherTheSameText() {
        texts.renew(SQL, SQL);
        now = now.plusSeconds(6);
        StatementRevisions otherInstance = new StatementRevisions(() -> now);
        otherInstance.renew(SQL, SQL);
        assertThat(texts.current(SQL)).isEqualTo(FIRST);
        assertThat(otherInstance.current(SQL)).isEqualTo(FIRST);
    }

    @Test
    void takesAnotherTextWhenTheNewOneIsStaleToo() {
        texts.renew(SQL, SQL);
        texts.renew(SQL, FIRST);
        assertThat(texts.current(SQL)).isEqualTo(SQL + "/*1764633600123*/");
        now = now.plusSeconds(60);
        texts.renew(SQL, SQL + "/*1764633600123*/");
        assertThat(texts.current(SQL)).isEqualTo(SQL + "/*1764633660123*/");
    }

    @Test
    void ignoresNewsOfATextThatIsNoLongerSent() {
        texts.renew(SQL, SQL);
        now = now.plusSeconds(60);
        texts.renew(SQL, SQL);
        assertThat(texts.current(SQL)).isEqualTo(FIRST);
    }

    @Test
    void forgetsRatherThanGrowsWithoutBound() {
        IntStream.range(0, 10_000).forEach(i -> texts.renew("SELECT " + i, "SELECT " + i));
        assertThat(texts.current("SELECT 0")).isNotEqualTo("SELECT 0");
        texts.renew("one more", "one more");
        assertThat(texts.current("SELECT 0")).isEqualTo("SELECT 0");
        assertThat(texts.current("one more")).startsWith("one more/*");
    }

    @Test
    void makesOneTextForAllThatFindTheSameOneStale() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 500; round++) {
                String sql = "SELECT " + round;
                Set<String> seen = ConcurrentHashMap.newKeySet();
                CountDownLatch done = new CountDownLatch(4);
                for (int i = 0; i < 4; i++) {
                    threads.execute(() -> {
                        texts.renew(sql, sql);
                        seen.add(texts.current(sql));
                        done.countDown();
                    });
                }
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(seen).containsExactly(sql + "/*176463360*/");
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
