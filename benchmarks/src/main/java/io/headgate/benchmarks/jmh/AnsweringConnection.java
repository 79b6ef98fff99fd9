package io.headgate.benchmarks.jmh;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.observe.Completion;
import java.time.Duration;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connection that answers every statement with the same result at once, on the calling thread. */
final class AnsweringConnection implements DriverConnection {

    private final Mono<SqlResult> answer;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile boolean open = true;

    AnsweringConnection(SqlResult answer) {
        this.answer = Mono.just(answer);
    }

    @Override
    public ServerInfo server() {
        return ServerInfo.of(180_000);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return answer;
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.empty();
    }

    @Override
    public void begin(TransactionOptions options) {}

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> rollback() {
        return Mono.empty();
    }

    @Override
    public Executor loop() {
        return Runnable::run;
    }

    @Override
    public boolean isOnLoop() {
        return true;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public Mono<Void> reset(Duration grace, Duration limit) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> requestCancel() {
        return Mono.empty();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            open = false;
            closed.tryEmitEmpty();
        });
    }
}
