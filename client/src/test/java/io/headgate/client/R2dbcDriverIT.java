package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.CopyConnection;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConstraintViolationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.r2dbc.R2dbcDriver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What only the R2DBC driver has: COPY, and a pool of its own. */
@EveryRoute
class R2dbcDriverIT {

    private static final String COPY = "COPY loaded FROM STDIN";

    private final Route route;
    private final R2dbcDriver driver = R2dbcDriver.create(DataAccessListener.NONE, 1);
    private final ConnectionSettings settings;
    private DriverConnection connection;

    R2dbcDriverIT(Route route) {
        this.route = route;
        this.settings = ConnectionSettings.parse(route.url() + "?connect_timeout=1");
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS loaded");
        route.node().execute("CREATE TABLE loaded (id int PRIMARY KEY, text text)");
        route.node().execute("GRANT ALL ON loaded TO app");
        // a cold driver may need more than the second that the tests wait
        connection = driver.connect(settings)
                .retryWhen(reactor.util.retry.Retry.max(10).filter(ConnectFailedException.class::isInstance))
                .block();
    }

    @AfterEach
    void close() {
        assertThat(connection.isReady()).isTrue();
        assertThat(query("SELECT 1").rows()).hasSize(1);
        connection.close().block();
        driver.close().block();
    }

    private SqlResult query(String sql) {
        return connection.execute(SqlStatement.of(sql)).block();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Flux<ByteBuffer> lines(int from, int count) {
        return Flux.range(from, count).map(n -> bytes(n + "\tline " + n + "\n"));
    }

    private Mono<Long> copy(Flux<ByteBuffer> data) {
        return ((CopyConnection) connection).copyIn(COPY, data);
    }

    private String count() {
        return route.node().queryValue("SELECT count(*) FROM loaded");
    }

    @Test
    void copiesWhatIsGivenAndAsksForItAsItGoes() {
        AtomicLong asked = new AtomicLong();
        assertThat(copy(lines(1, 20_000).doOnRequest(n -> asked.accumulateAndGet(n, Math::max)))
                        .block())
                .isEqualTo(20_000);
        assertThat(count()).isEqualTo("20000");
        assertThat(asked.get()).as("back-pressure").isLessThan(1_000);
        assertThat(copy(Flux.just(bytes("30000\tcut in the mid"), bytes("dle\n")))
                        .block())
                .isEqualTo(1);
        assertThat(copy(Flux.empty()).block()).isZero();
    }

    @Test
    void anErrorOfTheDataOrOfTheServerUndoesAllOfIt() {
        copy(lines(1, 1_000).concatWith(Mono.error(new IllegalStateException("the file ends"))))
                .as(StepVerifier::create)
                .verifyErrorMessage("the file ends");
        copy(lines(1, 1_000).concatWith(lines(1, 1)))
                .as(StepVerifier::create)
                .verifyError(ConstraintViolationException.class);
        copy(Flux.just(bytes("x\ty\n")))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((DatabaseException) error).sqlState()).isEqualTo("22P02"));
        assertThat(count()).isEqualTo("0");
    }

    @Test
    void aRefusedCopyReadsNothing() {
        AtomicLong read = new AtomicLong();
        Flux<ByteBuffer> data = lines(1, 10).doOnNext(line -> read.incrementAndGet());
        ((CopyConnection) connection)
                .copyIn("COPY no_such_table FROM STDIN", data)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((DatabaseException) error).sqlState()).isEqualTo("42P01"));
        ((CopyConnection) connection)
                .copyIn("SELECT 1", data)
                .as(StepVerifier::create)
                .verifyError(ParameterException.class);
        assertThat(read).hasValue(0);
    }

    @Test
    void aCancelledCopyIsUndoneAndTheConnectionKept() {
        AtomicLong sent = new AtomicLong();
        Disposable running = copy(lines(1, 10)
                        .doOnNext(line -> sent.incrementAndGet())
                        .concatWith(Flux.never()))
                .subscribe();
        Awaitility.await().until(() -> sent.get() == 10);
        running.dispose();
        Awaitility.await().until(connection::isReady);
        assertThat(count()).isEqualTo("0");
    }

    @Test
    void copiesThroughTheClient() {
        Headgate db = Headgate.builder()
                .node(route.url())
                .driver(R2dbcDriver.create(DataAccessListener.NONE, 2))
                .build();
        assertThat(db.copyIn(COPY, lines(1, 1_000)).block()).isEqualTo(1_000);
        assertThat(count()).isEqualTo("1000");
        assertThat(db.poolState().leased()).isZero();
        db.close().block();

        Headgate other = Headgate.builder().driver("vertx").node(route.url()).build();
        other.copyIn(COPY, lines(2_000, 1))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("headgate-driver-r2dbc"));
        other.close().block();
    }

    @Test
    void copiesWithinATransaction() {
        connection.begin(TransactionOptions.defaults());
        assertThat(copy(lines(1, 5)).block()).isEqualTo(5);
        assertThat(query("SELECT count(*) FROM loaded").rows().get(0).require(0, Long.class))
                .isEqualTo(5);
        connection.rollback().block();
        assertThat(count()).isEqualTo("0");
    }

    @Test
    void aFullPoolIsAnErrorThatSaysSoAndAClosedConnectionMakesRoom() {
        driver.connect(settings)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConnectFailedException.class)
                        .hasMessageContaining("no place in the R2DBC pool of 1 connections"));
        connection.close().block();
        assertThat(connection.isOpen()).isFalse();
        connection = driver.connect(settings).block();
    }

    @Test
    void aLostConnectionMakesRoom() {
        route.node().killBackends();
        Awaitility.await().until(() -> {
            if (connection.isOpen()) {
                connection
                        .execute(SqlStatement.of("SELECT 1"))
                        .onErrorComplete()
                        .block();
            }
            return route != Route.DIRECT || !connection.isOpen();
        });
        if (!connection.isOpen()) {
            connection = driver.connect(settings).block();
        }
    }

    @Test
    void describesAnEmptyResult() {
        assertThat(query("SELECT 1 AS one, 'a' AS letter WHERE false").columns().names())
                .isEqualTo(List.of("one", "letter"));
    }
}
