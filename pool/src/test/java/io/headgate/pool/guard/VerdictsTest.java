package io.headgate.pool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.TextCache;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictsTest {

    private final TextCache<Verdict> cache = new TextCache<>(Verdict::of);

    @Test
    void keepsAVerdictForEqualTexts() {
        Verdict first = cache.of("LISTEN a");
        assertThat(cache.of("listen a".replace("listen", "LISTEN"))).isSameAs(first);
        assertThat(cache.of("SELECT 1").violation(false)).isNull();
        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void aHitAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        StatementCheck check = new StatementCheck(GuardPolicy.REFUSE);
        SqlStatement statement = SqlStatement.of("SELECT 1");
        int hits = 100_000;
        long allocated = Long.MAX_VALUE;
        // the first rounds pay for loading and compiling
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < hits; i++) {
                if (check.refusal(statement, false) != null) {
                    throw new AssertionError("refused");
                }
            }
            allocated = Math.min(allocated, threads.getThreadAllocatedBytes(self) - before);
        }
        assertThat(allocated).isLessThan(hits);
    }

    @Test
    void neverHoldsMoreThanItsBound() {
        for (int i = 0; i < 3 * TextCache.MAX_TEXTS + 5; i++) {
            assertThat(cache.of("SELECT " + i).violation(false)).isNull();
            assertThat(cache.size()).isBetween(1, TextCache.MAX_TEXTS);
        }
        assertThat(cache.of("LISTEN a").violation(false)).isNotNull();
    }

    @Test
    void readsLongTextsWithoutKeepingThem() {
        String tail = " -- " + "x".repeat(TextCache.MAX_LENGTH);
        assertThat(cache.of("SELECT 1" + tail).violation(false)).isNull();
        assertThat(cache.of("LISTEN a" + tail).violation(false)).isNotNull();
        assertThat(cache.of("COMMIT" + tail).transactionControl()).isEqualTo("COMMIT");
        assertThat(cache.size()).isZero();
    }

    @Test
    void manyThreadsGetTheRightVerdictWhileItOverflows() throws Exception {
        int threads = 4;
        int texts = 2 * TextCache.MAX_TEXTS;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Long>> wrong = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int own = t;
                wrong.add(executor.submit(() -> {
                    together.await();
                    return IntStream.range(0, texts)
                            .filter(i -> {
                                int n = own % 2 == 0 ? i : texts - i;
                                boolean refused = cache.of((n % 3 == 0 ? "LISTEN c" : "SELECT ") + n)
                                                .violation(false)
                                        != null;
                                return refused != (n % 3 == 0) || cache.size() > TextCache.MAX_TEXTS + threads;
                            })
                            .count();
                }));
            }
            for (Future<Long> each : wrong) {
                assertThat(each.get()).isZero();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void oneOfManyThreadsMentionsAVerdict() throws Exception {
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                String text = "LISTEN c" + round;
                List<Future<Boolean>> mentions = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    mentions.add(executor.submit(() -> {
                        together.await();
                        return cache.of(text).mention();
                    }));
                }
                int mentioned = 0;
                for (Future<Boolean> mention : mentions) {
                    mentioned += mention.get() ? 1 : 0;
                }
                assertThat(mentioned).isEqualTo(1);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
