package io.headgate.client.contract;

import io.headgate.core.Notification;
import io.headgate.core.RowMetadata;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.StatementOptions;
import io.headgate.core.TransactionOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * What stands behind the layer under test. It notes each subscription with the statement's options, demand and cancellation, and what the
 * Context had. It answers at once; one kind of event fails or never ends if it is told so.
 */
public final class NextLayer implements SqlExecutor, SqlTransaction, SqlSession {

    static final String KEY = "the caller's";

    /** What was done here, such as {@code "execute SELECT 1"}, {@code "commit"}, {@code "cancel stream"}. */
    final List<String> events = new CopyOnWriteArrayList<>();

    /** What the Context of each subscription had under {@link #KEY}. */
    final List<String> contexts = new CopyOnWriteArrayList<>();

    /** What fails, as the beginning of its event, and how. */
    String broken = "nothing";

    final IllegalStateException error = new IllegalStateException("of the next layer");

    /** What never ends, as the beginning of its event. */
    String silent = "nothing";

    /** What was done here so far. */
    public List<String> events() {
        return List.copyOf(events);
    }

    private <T> Mono<T> one(String event, T value) {
        return Mono.deferContextual(context -> {
                    events.add(event);
                    contexts.add(context.getOrDefault(KEY, "nothing"));
                    if (event.startsWith(silent)) {
                        return Mono.<T>never();
                    }
                    return event.startsWith(broken) ? Mono.<T>error(error) : Mono.just(value);
                })
                .doOnCancel(() -> events.add("cancel " + event));
    }

    private <T> Flux<T> many(String event, T value) {
        LongConsumer asked = n -> events.add("request " + n + " of " + event);
        return Flux.deferContextual(context -> {
                    events.add(event);
                    contexts.add(context.getOrDefault(KEY, "nothing"));
                    Flux<T> values = Flux.range(0, 1_000).map(i -> value);
                    if (event.startsWith(silent)) {
                        return Flux.<T>never();
                    }
                    return event.startsWith(broken) ? Flux.<T>error(error) : values;
                })
                .doOnRequest(asked)
                .doOnCancel(() -> events.add("cancel " + event));
    }

    private static String shown(SqlStatement statement, ContextView context) {
        StatementOptions options = StatementOptions.effective(statement, context);
        return options.equals(StatementOptions.none()) ? "" : " " + options;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.deferContextual(context -> one(
                "execute " + statement.text() + shown(statement, context),
                SqlResult.of(List.of(), RowMetadata.of(List.of()), 1)));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.deferContextual(context -> many("stream " + query.text() + shown(query, context), new EmptyRow()));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.usingWhen(
                one("begin " + options, this),
                transaction -> work.apply(transaction),
                transaction -> one("commit", true),
                (transaction, failure) -> one("rollback", true),
                transaction -> one("rollback", true));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return Mono.deferContextual(context -> one(
                "atomically "
                        + statements.stream()
                                .map(each -> each.text() + shown(each, context))
                                .toList(),
                List.of()));
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return Flux.from(data).count().flatMap(pieces -> one("copyIn " + pieces, pieces));
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        return many("copyOut", ByteBuffer.allocate(1));
    }

    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return Flux.usingWhen(one("open", this), session -> work.apply(session), session -> one("close", true));
    }

    @Override
    public Flux<Notification> listen(String... channels) {
        return many("listen", new Notification("channel", "", 1));
    }

    @Override
    public TransactionOptions options() {
        return TransactionOptions.serializableReport();
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.usingWhen(one("savepoint", this), inner -> work.apply(inner), inner -> one("release", true));
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return one("savepoint " + name, true).then();
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return one("release " + name, true).then();
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return one("rollback to " + name, true).then();
    }

    @Override
    public String toString() {
        return "the next layer";
    }

    private static final class EmptyRow implements SqlRow {

        @Override
        public RowMetadata columns() {
            return RowMetadata.of(List.of());
        }

        @Override
        public @Nullable Object value(int index) {
            return null;
        }
    }
}
