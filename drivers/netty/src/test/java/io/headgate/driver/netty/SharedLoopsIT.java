package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;

/** A driver on the event loops of Reactor Netty, which other code may end. */
class SharedLoopsIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String REACTORS = "reactor-http-";
    private static final String OWN = "headgate-";

    private static PostgresCluster cluster;

    private final NettyDriver driver = NettyDriver.create(DataAccessListener.NONE);

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void close() {
        driver.close().block(SOON);
        HttpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, SOON).block(SOON);
    }

    private static DriverConnection connect(NettyDriver driver) {
        return driver.connect(ConnectionSettings.parse(cluster.primary().url())).block(SOON);
    }

    /** The thread that delivers an answer. */
    private static String thread(DriverConnection connection) {
        return connection
                .execute(SqlStatement.of("SELECT 1"))
                .map(result -> Thread.currentThread().getName())
                .block(SOON);
    }

    @Test
    void areThoseOfReactorNetty() {
        assertThat(thread(connect(driver))).startsWith(REACTORS);
        String caller = Mono.fromCallable(() -> driver.callerLoop())
                .map(loop -> "found")
                .subscribeOn(reactor.core.scheduler.Schedulers.fromExecutor(
                        HttpResources.get().onServer(true).next()))
                .block(SOON);
        assertThat(caller).isEqualTo("found");
    }

    @Test
    void areItsOwnOnRequest() {
        NettyDriver alone = NettyDriver.withOwnLoops(DataAccessListener.NONE);
        assertThat(thread(connect(alone))).startsWith(OWN);
        alone.close().block(SOON);
    }

    @Test
    void stayOpenWhenTheDriverCloses() {
        DriverConnection connection = connect(driver);
        driver.close().block(SOON);
        connection.onClose().block(SOON);
        assertThat(connection.isOpen()).isFalse();
        assertThatThrownBy(() -> thread(connection)).isInstanceOf(ConnectionLostException.class);
        assertThatThrownBy(() -> connect(driver)).hasMessageContaining("the driver is closed");
        NettyDriver next = NettyDriver.create(DataAccessListener.NONE);
        assertThat(thread(connect(next))).startsWith(REACTORS);
        next.close().block(SOON);
    }

    /** Connections that were opened while the shared loops were ending. */
    @Test
    void theEndOfTheSharedOnesLeavesOwnOnesAlone() {
        connect(driver);
        Mono<Void> ending = HttpResources.disposeLoopsAndConnectionsLater(Duration.ofSeconds(1), SOON)
                .cache();
        ending.subscribe();
        DriverConnection own = connect(driver);
        assertThat(thread(own)).startsWith(OWN);
        ending.block(SOON);
        for (int i = 0; i < 20; i++) {
            Mono.delay(Duration.ofMillis(20)).block();
            assertThat(thread(own)).startsWith(OWN);
        }
    }

    @Test
    void areReplacedWhenTheyEnd() {
        DriverConnection connection = connect(driver);
        Mono<?> underWay =
                connection.execute(SqlStatement.of("SELECT pg_sleep(30)")).cache();
        underWay.subscribe(nothing -> {}, error -> {});
        assertThat(thread(connect(driver))).startsWith(REACTORS);
        HttpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, SOON).block(SOON);
        assertThatThrownBy(() -> underWay.block(SOON)).isInstanceOf(ConnectionLostException.class);
        connection.onClose().block(SOON);
        assertThatThrownBy(() -> thread(connection)).isInstanceOf(ConnectionLostException.class);
        assertThat(thread(connect(driver))).startsWith(OWN);
    }
}
