package io.headgate.testkit.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testkit.consistency.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The checker finds each kind of violation in a database that breaks that promise, and none in one that keeps all. */
class ConsistencyCheckerTest {

    /** Keeps every promise. Subclasses break one. */
    private static class Memory implements CheckedDatabase {

        final Map<Long, List<Long>> values = new ConcurrentHashMap<>();
        final AtomicInteger calls = new AtomicInteger();

        List<Long> of(long key) {
            return values.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>());
        }

        @Override
        public CompletionStage<?> append(int session, long key, long value) {
            of(key).add(value);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<List<Long>> read(int session, long key) {
            return CompletableFuture.completedFuture(List.copyOf(of(key)));
        }

        @Override
        public CompletionStage<List<Long>> readAtTheEnd(long key) {
            return CompletableFuture.completedFuture(List.copyOf(of(key)));
        }

        boolean now() {
            return calls.incrementAndGet() % 50 == 0;
        }
    }

    private static ConsistencyReport run(CheckedDatabase database) {
        return ConsistencyChecker.create()
                .sessions(10)
                .operations(5_000)
                .seed(3)
                .run(database);
    }

    private static void finds(Kind kind, CheckedDatabase database) {
        ConsistencyReport report = run(database);
        assertThat(report.violations()).extracting(Violation::kind).contains(kind);
        assertThat(report.violations()).hasSizeLessThanOrEqualTo(10);
        assertThatThrownBy(report::requireClean)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(kind.toString())
                .hasMessageContaining("seed 3");
    }

    @Test
    void nothingIsFoundInADatabaseThatKeepsItsPromises() {
        ConsistencyReport report = run(new Memory());
        report.requireClean();
        assertThat(report.operations()).isBetween(5_000L, 5_020L);
        assertThat(report.readsAfterOwnWrite()).isGreaterThan(500);
        assertThat(report.acknowledged()).isGreaterThan(1_000);
    }

    @Test
    void aReadThatMissesAnOwnWrite() {
        finds(Kind.READ_YOUR_WRITES, new Memory() {
            @Override
            public CompletionStage<List<Long>> read(int session, long key) {
                return now() ? CompletableFuture.completedFuture(List.of()) : super.read(session, key);
            }
        });
    }

    /** The others write. */
    @Test
    void aReadThatMissesWhatWasReadBefore() {
        finds(Kind.MONOTONIC_READS, new Memory() {
            @Override
            public CompletionStage<?> append(int session, long key, long value) {
                return session == 0 ? super.append(session, key, value) : CompletableFuture.failedFuture(new Error());
            }

            @Override
            public CompletionStage<List<Long>> read(int session, long key) {
                return session > 0 && now() ? CompletableFuture.completedFuture(List.of()) : super.read(session, key);
            }
        });
    }

    @Test
    void anAcknowledgedWriteThatIsNotThereAtTheEnd() {
        finds(Kind.LOST_WRITE, new Memory() {
            @Override
            public CompletionStage<List<Long>> readAtTheEnd(long key) {
                List<Long> all = of(key);
                return CompletableFuture.completedFuture(all.isEmpty() ? all : all.subList(1, all.size()));
            }
        });
    }

    @Test
    void aValueThatIsThereTwice() {
        finds(Kind.DUPLICATE, new Memory() {
            @Override
            public CompletionStage<?> append(int session, long key, long value) {
                if (now()) {
                    of(key).add(value);
                }
                return super.append(session, key, value);
            }
        });
    }

    @Test
    void aWriteThatWasReportedAsNotExecutedAndIsThere() {
        finds(Kind.PHANTOM, new Memory() {
            @Override
            public CompletionStage<?> append(int session, long key, long value) {
                CompletionStage<?> end = super.append(session, key, value);
                return now() ? CompletableFuture.failedFuture(new IllegalStateException("no")) : end;
            }

            @Override
            public boolean isNotExecuted(Throwable failure) {
                return failure instanceof IllegalStateException;
            }
        });
    }

    @Test
    void aWriteOfUnknownOutcomeMayBeThereOrNot() {
        ConsistencyReport report = run(new Memory() {
            @Override
            public CompletionStage<?> append(int session, long key, long value) {
                if (now()) {
                    if (value % 2 == 0) {
                        of(key).add(value);
                    }
                    throw new IllegalStateException("lost");
                }
                return super.append(session, key, value);
            }
        });
        report.requireClean();
        assertThat(report.unknown()).isPositive();
    }

    /** The least that shows it: the write, and the read that misses it. */
    @Test
    void aHistoryIsShort() {
        List<Violation> found = new ArrayList<>(run(new Memory() {
                    @Override
                    public CompletionStage<List<Long>> read(int session, long key) {
                        return now() ? CompletableFuture.completedFuture(List.of()) : super.read(session, key);
                    }
                })
                .violations());
        assertThat(found)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.history().lines()).hasSize(2));
    }
}
