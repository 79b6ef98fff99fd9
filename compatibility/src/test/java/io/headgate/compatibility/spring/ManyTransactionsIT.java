package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryHeadgateTarget;
import io.headgate.compatibility.Pools;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** More transactions at once than there are connections. */
@EveryHeadgateTarget
class ManyTransactionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Target target;
    private ConnectionFactory factory;
    private AnnotationConfigApplicationContext application;
    private Transactions transactions;
    private Accounts accounts;

    ManyTransactionsIT(Target target) {
        this.target = target;
    }

    @BeforeEach
    void fill() {
        target.empty("account", "audit_entry");
        target.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    private void start(String options) {
        factory = ConnectionFactories.get(target.url(options));
        application = Application.start(factory);
        transactions = application.getBean(Transactions.class);
        accounts = application.getBean(Accounts.class);
    }

    @AfterEach
    void stop() {
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(Pools.stateOf(factory).leased()).isZero();
            assertThat(Pools.stateOf(factory).waiting()).isZero();
        });
        application.close();
        Mono.from(((Closeable) factory).close()).block(PATIENCE);
    }

    private String audit() {
        return target.node().queryValue("SELECT count(*) || ' ' || count(DISTINCT message) FROM audit_entry");
    }

    @Test
    void aThousandAtOnceOnEightLeasesAreEachDoneOnce() {
        start("maxConnections=8&lanes=0&maxWaiting=2000&acquireTimeout=20s");
        assertThat(Flux.range(0, 1_000)
                        .flatMap(
                                i -> transactions.one(() -> accounts.log("no. " + i)
                                        .then(accounts.balance(1))
                                        .then(accounts.add(1 + i % 2, 1))),
                                1_000)
                        .count()
                        .block(PATIENCE))
                .isEqualTo(1_000);
        assertThat(audit()).isEqualTo("1000 1000");
        assertThat(target.node().queryValue("SELECT string_agg(balance::text, ',' ORDER BY id) FROM account"))
                .isEqualTo("600,600");
    }

    @Test
    void aThousandAtOnceBesideLanesAreEachDoneOnce() {
        start("maxConnections=8&lanes=2&maxWaiting=2000&acquireTimeout=20s");
        assertThat(Flux.range(0, 1_000)
                        .flatMap(
                                i -> i % 2 == 0
                                        ? accounts.log("no. " + i)
                                        : transactions.one(
                                                () -> accounts.balance(1).then(accounts.log("no. " + i))),
                                1_000)
                        .count()
                        .block(PATIENCE))
                .isEqualTo(1_000);
        assertThat(audit()).isEqualTo("1000 1000");
    }

    @Test
    void thoseThatNeedASecondLeaseWhereNoneIsLeftEndInTimeAndThePoolWorksOn() {
        int leases = target == Target.HEADGATE_DIRECT ? 4 : 3;
        start("maxConnections=" + leases + "&lanes=0&acquireTimeout=2s");
        Instant begun = Instant.now();
        List<Throwable> errors = Flux.range(0, 20)
                .flatMap(
                        i -> transactions
                                .one(() -> accounts.log("outer " + i)
                                        .then(transactions
                                                .requiresNew(() -> accounts.log("inner " + i)
                                                        .flux())
                                                .last()))
                                .then(Mono.<Throwable>empty())
                                .onErrorResume(Mono::just),
                        20)
                .collectList()
                .block(PATIENCE);
        assertThat(errors)
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error).hasStackTraceContaining(R2dbcTimeoutException.class.getName()));
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(6));
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(Pools.stateOf(factory).leased()).isZero());
        assertThat(Flux.range(0, 20)
                        .flatMap(i -> transactions.one(() -> accounts.add(1, 1)))
                        .count()
                        .block(PATIENCE))
                .isEqualTo(20);
    }
}
