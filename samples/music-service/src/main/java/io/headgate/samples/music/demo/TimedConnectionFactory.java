package io.headgate.samples.music.demo;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Adds what R2DBC Pool takes to hand out a connection, and what statements take, to the times of their request. R2DBC Pool itself
 * measures neither.
 */
final class TimedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory pool;

    TimedConnectionFactory(ConnectionFactory pool) {
        this.pool = pool;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.deferContextual(context -> {
            RequestTimes times = RequestTimes.of(context);
            if (times == null) {
                return Mono.from(pool.create());
            }
            long since = System.nanoTime();
            return Mono.from(pool.create())
                    .<Connection>map(TimedConnectionFactory::timed)
                    .doOnNext(connection -> times.waited(System.nanoTime() - since));
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return pool;
    }

    private static Connection timed(Connection connection) {
        return around(
                Connection.class,
                connection,
                (name, given) -> given instanceof Statement statement ? timed(statement) : given);
    }

    private static Statement timed(Statement statement) {
        return around(
                Statement.class,
                statement,
                (name, given) ->
                        given instanceof Publisher<?> results && name.equals("execute") ? timed(results) : given);
    }

    private static <T> Publisher<T> timed(Publisher<T> results) {
        return Flux.deferContextual(context -> {
            RequestTimes times = RequestTimes.of(context);
            if (times == null) {
                return Flux.from(results);
            }
            long since = System.nanoTime();
            return Flux.from(results).doFinally(signal -> times.statement(System.nanoTime() - since));
        });
    }

    /** Changes what some methods give. What gives itself, as {@code bind} does, gives the proxy. */
    private static <T> T around(Class<T> type, T target, BiFunction<String, Object, Object> change) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    @Nullable Object given;
                    try {
                        given = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                    return given == null ? null : given == target ? proxy : change.apply(method.getName(), given);
                }));
    }
}
