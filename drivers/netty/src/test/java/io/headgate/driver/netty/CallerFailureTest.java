package io.headgate.driver.netty;

import static io.headgate.driver.netty.EmbeddedConnection.complete;
import static io.headgate.driver.netty.EmbeddedConnection.error;
import static io.headgate.driver.netty.EmbeddedConnection.message;
import static io.headgate.driver.netty.EmbeddedConnection.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A caller's code throws where it receives a signal. Its connection and the callers behind it must not suffer. */
class CallerFailureTest {

    private final EmbeddedConnection embedded = new EmbeddedConnection(false, DataAccessListener.NONE);
    private final NettyConnection connection = embedded.connection();

    /** Throws at each signal. */
    private static final class Thrower implements Subscriber<Object> {

        private int signals;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object value) {
            fail("on value");
        }

        @Override
        public void onError(Throwable error) {
            fail("on error");
        }

        @Override
        public void onComplete() {
            fail("on completion");
        }

        private void fail(String message) {
            signals++;
            throw new IllegalStateException(message);
        }
    }

    private Thrower sendThrowing(Publisher<?> work) {
        Thrower thrower = new Thrower();
        work.subscribe(thrower);
        return thrower;
    }

    @AfterEach
    void close() {
        embedded.close();
        embedded.finish();
    }

    private void theNextStatementIsExecuted() {
        CompletableFuture<?> next = embedded.send(connection.execute(SqlStatement.of("INSERT INTO next VALUES (1)")));
        embedded.receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('I'));
        assertThat(next).isCompleted();
        assertThat(connection.isReady()).isTrue();
    }

    /** Ends the transaction that is open. */
    private void endThrows(Mono<?> end, ByteBuf... answer) {
        Thrower ended = sendThrowing(end);
        embedded.run();
        embedded.receive(answer);
        assertThat(ended.signals).isPositive();
    }

    @Test
    void atACommit() {
        embedded.begin();
        endThrows(connection.commit(() -> {}), complete("COMMIT"), ready('I'));
        theNextStatementIsExecuted();
    }

    @Test
    void atARollback() {
        embedded.begin();
        endThrows(connection.rollback(), complete("ROLLBACK"), ready('I'));
        theNextStatementIsExecuted();
    }

    /** The ROLLBACK behind the refused COMMIT is sent nevertheless. */
    @Test
    void atARefusedCommit() {
        embedded.begin();
        endThrows(connection.commit(() -> {}), error("57014"), ready('E'));
        embedded.receive(complete("ROLLBACK"), ready('I'));
        theNextStatementIsExecuted();
    }

    @Test
    void atACommitOfAFailedTransaction() {
        embedded.begin();
        endThrows(connection.commit(() -> {}), complete("ROLLBACK"), ready('I'));
        theNextStatementIsExecuted();
    }

    /** Reads of one text share a Sync. */
    @Test
    void inAGroupWhoseConnectionIsLost() {
        SqlStatement read = SqlStatement.of("SELECT 1");
        CompletableFuture<?> first = embedded.send(connection.execute(read));
        embedded.receive(message('1'), message('2'), message('n'), complete("SELECT 0"), ready('I'));
        assertThat(first).isCompleted();
        Thrower thrower = sendThrowing(connection.execute(read));
        CompletableFuture<?> second = connection.execute(read).toFuture();
        CompletableFuture<?> third = connection.execute(read).toFuture();
        embedded.run();
        embedded.close();
        assertThat(thrower.signals).isOne();
        assertThat(second).isCompletedExceptionally();
        assertThat(third).isCompletedExceptionally();
    }

    @Test
    void inAGroup() {
        SqlStatement read = SqlStatement.of("SELECT 1");
        CompletableFuture<?> first = embedded.send(connection.execute(read));
        embedded.receive(message('1'), message('2'), message('n'), complete("SELECT 0"), ready('I'));
        assertThat(first).isCompleted();
        Thrower thrower = sendThrowing(connection.execute(read));
        CompletableFuture<?> second = connection.execute(read).toFuture();
        embedded.run();
        embedded.receive(message('2'), complete("SELECT 0"), message('2'), complete("SELECT 0"), ready('I'));
        assertThat(thrower.signals).isPositive();
        assertThat(second).isCompleted();
        theNextStatementIsExecuted();
    }

    /** The COPY has its own end. */
    @Test
    void whenTheSourceOfACopyIsCancelled() {
        Flux<ByteBuffer> data = Flux.from(source -> source.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                throw new IllegalStateException("on cancel");
            }
        }));
        CompletableFuture<Long> copied = embedded.copyIn(data);
        embedded.receive(error("22P02"), ready('I'));
        assertThatThrownBy(copied::join).hasMessageContaining("22P02");
        theNextStatementIsExecuted();
    }
}
