package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Connections that cannot be made: each attempt ends, its socket is closed, and the server is not swamped. */
@ParameterizedClass
@EveryRoute
class ConnectFaultIT {

    private static final int ATTEMPTS = 20;

    private final Route route;
    private FaultProxy proxy;
    private ListAppender<ILoggingEvent> log;

    ConnectFaultIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        proxy = FaultProxy.inFrontOf(
                "127.0.0.1", ConnectionSettings.parse(route.url()).port());
        log = new ListAppender<>();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void close() {
        root().detachAppender(log);
        proxy.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::toString)
                .toList();
    }

    /** Silent from the beginning, in the middle of the login, and in the probing that follows it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 40, 450, 520})
    void attemptsThatTimeOutLeaveNoSocket(long bytes) throws IOException {
        try (FallingSilent server =
                new FallingSilent(ConnectionSettings.parse(route.url()).port(), bytes)) {
            SqlDriver driver = DriverUnderTest.create();
            ConnectionSettings settings = settings(server);
            List<Throwable> errors = Flux.range(0, ATTEMPTS)
                    .flatMap(
                            i -> driver.connect(settings)
                                    .<Throwable>map(connected -> new AssertionError("connected"))
                                    .onErrorResume(Mono::just),
                            ATTEMPTS)
                    .collectList()
                    .block(Duration.ofSeconds(10));
            assertThat(errors).hasSize(ATTEMPTS).allMatch(ConnectFailedException.class::isInstance);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(server.open()).isZero());
            driver.close().block();
            assertThat(warnings()).isEmpty();
        }
    }

    @Test
    void anAttemptThatIsCancelledLeavesNoSocket() throws IOException {
        try (FallingSilent server =
                new FallingSilent(ConnectionSettings.parse(route.url()).port(), 40)) {
            SqlDriver driver = DriverUnderTest.create();
            ConnectionSettings settings = settings(server);
            List<Disposable> attempts = Stream.generate(
                            () -> driver.connect(settings).subscribe())
                    .limit(8)
                    .toList();
            Awaitility.await().until(() -> server.accepted() >= 8);
            attempts.forEach(Disposable::dispose);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(server.open()).isZero());
            driver.close().block();
        }
    }

    private ConnectionSettings settings(FallingSilent server) {
        return ConnectionSettings.parse(
                route.url().replaceFirst(":\\d+/", ":" + server.port() + "/") + "?connect_timeout=1&sslmode=disable");
    }

    /** Each caller tries again at once, which is what callers do. */
    @Test
    void aServerThatIsDownSeesFewAttemptsAndCallersFailFast() {
        Headgate db = DriverUnderTest.client().node(proxy.through(route.url())).build();
        db.sql("SELECT 1").one().block();
        proxy.refuse();
        proxy.resetAll();
        long opened = db.poolStatistics().failed();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong failures = new AtomicLong();
        var load = Flux.range(0, 32)
                .flatMap(
                        caller -> db.sql("SELECT 1")
                                .one()
                                .onErrorResume(error -> {
                                    failures.incrementAndGet();
                                    return Mono.delay(Duration.ofMillis(1)).then(Mono.empty());
                                })
                                .repeat(() -> !stop.get()),
                        32)
                .then()
                .toFuture();
        Mono.delay(Duration.ofSeconds(4)).block();
        long attempts = db.poolStatistics().failed() - opened;
        proxy.heal();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(1))
                .until(() -> db.sql("SELECT 1")
                        .one()
                        .map(row -> true)
                        .onErrorReturn(false)
                        .block());
        stop.set(true);
        Awaitility.await().until(load::isDone);
        assertThat(attempts).isBetween(4L, 40L);
        assertThat(failures).hasValueGreaterThan(1_000);
        assertThat(warnings()).hasSizeBetween(1, 3);
        db.close().block();
    }

    static Stream<Mono<Credentials>> badSuppliers() {
        return Stream.of(
                Mono.error(new IllegalStateException("vault says hunter2")),
                Mono.defer(() -> {
                    throw new NoClassDefFoundError("vault hunter2");
                }),
                Mono.fromSupplier(() -> null),
                Mono.defer(() -> null),
                Mono.empty(),
                Mono.never());
    }

    @ParameterizedTest
    @MethodSource("badSuppliers")
    void aSupplierOfCredentialsThatFailsIsAnErrorOfKnownOutcome(Mono<Credentials> supplier) {
        Headgate db = DriverUnderTest.client()
                .node(route.url() + "?connect_timeout=1")
                .credentials(supplier)
                .build();
        db.sql("SELECT 1")
                .one()
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(ConnectFailedException.class);
                    assertThat(error).hasMessageContaining("the supplier of credentials");
                    assertThat(error.getMessage()).doesNotContain("hunter2");
                    assertThat(((HeadgateException) error).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
                })
                .verify(Duration.ofSeconds(4));
        db.close().block(Duration.ofSeconds(10));
        assertThat(warnings()).noneMatch(line -> line.contains("hunter2"));
    }
}
