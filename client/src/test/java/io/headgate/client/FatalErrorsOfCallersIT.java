package io.headgate.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.TransactionOptions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Fatal errors thrown by code of the caller behind a result. The caller gets them as the end of its subscription. */
@EveryRoute
class FatalErrorsOfCallersIT {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Route route;
    private Headgate db;

    FatalErrorsOfCallersIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
        db.sql("SELECT 1").update().block();
    }

    @AfterEach
    void close() {
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        db.close().block();
    }

    private static Object fail(Object value) {
        throw new NoClassDefFoundError("x");
    }

    /** The operator that throws does not pass the cancellation on, and the stream is open when its lease ends. */
    @Test
    void aStreamThatIsNotCancelledEndsWithItsLease() {
        db.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.sql("SELECT generate_series(1, 1000)").stream(5)
                                .doOnCancel(() -> fail("")))
                .take(1)
                .blockLast(SOON);
        // what is not stopped holds its locks for resetTimeout, 5 s
        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .until(() -> route.sessionsAtWork().equals("0"));
    }

    private static Mono<Object> failing(Object value) {
        return Mono.just(fail(value));
    }

    /** A name, for the report, and what is done with the client. */
    private record Use(String name, Function<Headgate, Mono<?>> work) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Use> uses() {
        return Stream.of(
                new Use(
                        "inTransaction.map",
                        db -> db.inTransaction(tx -> tx.sql("SELECT 1").one()).map(FatalErrorsOfCallersIT::fail)),
                new Use(
                        "inTransaction of many, collected",
                        db -> db.inTransaction(
                                        TransactionOptions.defaults(),
                                        tx -> tx.sql("SELECT 1").all())
                                .collectList()
                                .map(FatalErrorsOfCallersIT::fail)),
                new Use(
                        "inTransaction.then",
                        db -> db.inTransaction(tx -> tx.sql("SELECT 1").one()).then(Mono.fromCallable(() -> fail(1)))),
                new Use(
                        "all, collected",
                        db -> db.sql("SELECT 1").all().collectList().map(FatalErrorsOfCallersIT::fail)),
                new Use(
                        "stream, collected",
                        db -> db.sql("SELECT 1").stream().collectList().map(FatalErrorsOfCallersIT::fail)),
                new Use("update.then", db -> db.sql("SELECT 1").update().then(Mono.fromCallable(() -> fail(1)))),
                new Use("one, flatMap", db -> db.sql("SELECT 1").one().flatMap(FatalErrorsOfCallersIT::failing)),
                new Use("first.map", db -> db.sql("SELECT 1").first().map(FatalErrorsOfCallersIT::fail)),
                new Use(
                        "all, flatMap",
                        db -> db.sql("SELECT 1")
                                .all()
                                .flatMap(FatalErrorsOfCallersIT::failing)
                                .then()),
                new Use(
                        "all in a transaction, collected",
                        db -> db.inTransaction(
                                tx -> tx.sql("SELECT 1").all().collectList().map(FatalErrorsOfCallersIT::fail))),
                new Use("result, flatMap", db -> db.sql("SELECT 1").result().flatMap(FatalErrorsOfCallersIT::failing)),
                new Use(
                        "values of a transaction",
                        db -> db.inTransaction(
                                        TransactionOptions.defaults(),
                                        tx -> tx.sql("SELECT 1").all())
                                .map(FatalErrorsOfCallersIT::fail)
                                .next()),
                new Use(
                        "a look-up outside its transaction, behind then",
                        db -> db.inTransaction(tx -> tx.sql("SELECT 1")
                                .update()
                                .then(db.sql("SELECT 2").one())
                                .map(FatalErrorsOfCallersIT::fail))),
                new Use(
                        "the same in a savepoint",
                        db -> db.inTransaction(tx -> tx.savepoint(inner -> inner.sql("SELECT 1")
                                        .update()
                                        .then(db.sql("SELECT 2").one())
                                        .map(FatalErrorsOfCallersIT::fail))
                                .next())));
    }

    @ParameterizedTest
    @MethodSource("uses")
    void areHeardOfDownstream(Use use) {
        assertThatThrownBy(() -> use.work().apply(db).block(SOON)).isInstanceOf(NoClassDefFoundError.class);
    }

    private static Mono<Object> mapped(Connection connection, UnaryOperator<io.r2dbc.spi.Statement> change) {
        return Flux.from(change.apply(connection.createStatement("SELECT 1")).execute())
                .flatMap((Result result) -> result.map(FatalErrorsOfCallersIT::fail))
                .next();
    }

    @Test
    void areHeardOfFromTheDataOfACopy() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.R2DBC);
        db.sql("CREATE TABLE IF NOT EXISTS copied(n int)").update().block();
        for (int at : new int[] {1, 2, 50}) {
            Flux<ByteBuffer> data = Flux.range(1, 100)
                    .map(i -> ByteBuffer.wrap((i == at ? String.valueOf(fail(i)) : i + "\n").getBytes(UTF_8)));
            assertThatThrownBy(() -> db.copyIn("COPY copied FROM STDIN", data).block(SOON))
                    .isInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void areHeardOfFromAMapperInATransactionOfR2dbc() {
        Connection connection = db.connectionFactory().create().block();
        for (UnaryOperator<io.r2dbc.spi.Statement> change : Stream.<UnaryOperator<io.r2dbc.spi.Statement>>of(
                        statement -> statement, statement -> statement.fetchSize(10))
                .toList()) {
            Mono.from(connection.beginTransaction()).block();
            assertThatThrownBy(() -> mapped(connection, change).block(SOON)).isInstanceOf(NoClassDefFoundError.class);
            Mono.from(connection.rollbackTransaction()).block(SOON);
        }
        Mono.from(connection.close()).block(SOON);
    }
}
