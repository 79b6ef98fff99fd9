package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Consistency;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.routing.ConsistencySession;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import io.headgate.testkit.consistency.CheckedDatabase;
import io.headgate.testkit.consistency.ConsistencyChecker;
import io.headgate.testkit.consistency.ConsistencyReport;
import io.headgate.testkit.consistency.Violation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Many users write and read over three nodes under faults and failovers. Ten minutes with {@code -Dheadgate.test.long=true}. */
class ReplicaConsistencyIT {

    private static final Logger logger = LoggerFactory.getLogger(ReplicaConsistencyIT.class);

    private static final boolean LONG = Boolean.getBoolean("headgate.test.long");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int USERS = 30;

    private static final long SEED = Long.getLong("headgate.test.seed", 11);

    /** A faulty operation ends long before. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Operations that took longer. */
    private final AtomicInteger hung = new AtomicInteger();

    private final PostgresCluster cluster =
            PostgresCluster.builder().pooled(true).replicas(2).start();
    private Headgate db;

    @BeforeEach
    void open() {
        ReplicaFaults.replicatesSynchronously(cluster);
        HeadgateBuilder builder = DriverUnderTest.client();
        cluster.nodes().forEach(each -> builder.node(each.bouncer().proxy().through(each.pooledUrl())));
        db = builder.build();
        db.sql("CREATE TABLE checked (key bigint, value bigint)").update().block(SOON);
        db.sql("CREATE INDEX ON checked (key)").update().block(SOON);
    }

    @AfterEach
    void close() {
        db.close().block(SOON);
        cluster.close();
    }

    /** Users of the client, each with a session. */
    private CheckedDatabase users(Consistency consistency) {
        List<ConsistencySession> sessions = IntStream.range(0, USERS)
                .mapToObj(i -> ConsistencySession.create())
                .toList();
        return new CheckedDatabase() {
            @Override
            public CompletionStage<?> append(int session, long key, long value) {
                return db.sql("INSERT INTO checked VALUES ($1, $2)")
                        .bindAll(key, value)
                        .update()
                        .timeout(LONGEST, Mono.error(this::hung))
                        .contextWrite(sessions.get(session).inContext())
                        .toFuture();
            }

            @Override
            public CompletionStage<List<Long>> read(int session, long key) {
                return values(key, consistency)
                        .timeout(LONGEST, Mono.error(this::hung))
                        .contextWrite(sessions.get(session).inContext())
                        .toFuture();
            }

            private Throwable hung() {
                return new AssertionError(hung.incrementAndGet() + " operations hung");
            }

            @Override
            public CompletionStage<List<Long>> readAtTheEnd(long key) {
                return values(key, Consistency.strong()).toFuture();
            }

            @Override
            public boolean isNotExecuted(Throwable failure) {
                return failure instanceof HeadgateException known && known.outcome() == Outcome.NOT_EXECUTED;
            }
        };
    }

    private Mono<List<Long>> values(long key, Consistency consistency) {
        return db.sql("SELECT value FROM checked WHERE key = $1")
                .bind(key)
                .with(options -> options.consistency(consistency))
                .map(row -> row.require(0, Long.class))
                .all()
                .collectList();
    }

    @Test
    void usersSeeWhatTheyWroteUnderFaults() throws Exception {
        Duration length = Duration.ofSeconds(LONG ? 600 : 20);
        int failovers = LONG ? 3 : 1;
        ExecutorService executor = Executors.newSingleThreadExecutor();
        ConsistencyReport report;
        Future<Integer> faults = executor.submit(new ReplicaFaults(cluster, SEED, length, failovers));
        try {
            report = ConsistencyChecker.create()
                    .sessions(USERS)
                    .operations(LONG ? 500_000 : 5_000)
                    .length(length)
                    .seed(SEED)
                    .run(users(Consistency.readYourWrites()));
        } finally {
            executor.shutdown();
        }
        logger.info("{}", report);
        assertThat(faults.get()).isEqualTo(failovers);
        report.requireClean();
        assertThat(hung).hasValue(0);
        assertThat(report.reads()).isGreaterThan(1_000);
        assertThat(report.failedReads()).isLessThan(report.reads() / 100);
    }

    /** The checker can fail. */
    @Test
    void atEventualConsistencyWithPausedReplayTheyDoNot() {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        ConsistencyReport report =
                ConsistencyChecker.create().sessions(USERS).operations(2_000).run(users(Consistency.eventual()));
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        assertThat(report.isClean()).isFalse();
        assertThat(report.violations())
                .extracting(Violation::kind)
                .contains(Violation.Kind.READ_YOUR_WRITES)
                .doesNotContain(Violation.Kind.LOST_WRITE, Violation.Kind.PHANTOM, Violation.Kind.DUPLICATE);
    }
}
