package io.headgate.samples.music.demo;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A stop-watch around a driver: adds what it takes to hand out a connection, and what statements take from their execution to their end,
 * to the times of their request. BEGIN, COMMIT and ROLLBACK are statements too: one driver sends BEGIN alone, another with the statement
 * after it. It stops before the caller is signalled: the work of the caller does not count.
 */
final class TimedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private static final Set<String> TRANSACTION_CONTROL =
            Set.of("beginTransaction", "commitTransaction", "rollbackTransaction");

    private final ConnectionFactory driver;

    TimedConnectionFactory(ConnectionFactory driver) {
        this.driver = driver;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.deferContextual(context -> {
            RequestTimes times = RequestTimes.of(context);
            if (times == null) {
                return Mono.from(driver.create());
            }
            long since = System.nanoTime();
            return Mono.from(driver.create())
                    .doOnNext(connection -> times.waited(System.nanoTime() - since))
                    .<Connection>map(TimedConnectionFactory::timed);
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return driver;
    }

    private static Connection timed(Connection connection) {
        return around(Connection.class, connection, (name, given) -> {
            if (given instanceof Statement statement) {
                return timed(statement);
            }
            return given instanceof Publisher<?> control && TRANSACTION_CONTROL.contains(name) ? timed(control) : given;
        });
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
            Runnable stop = () -> times.statement(System.nanoTime() - since);
            return Flux.from(results).doOnTerminate(stop).doOnCancel(stop);
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
