package io.headgate.core.driver.support;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One attempt to connect, from the request for credentials to the end of the login, within {@code connect_timeout}.
 *
 * <p>If the supplier of credentials throws, fails, completes empty or never ends, the attempt fails with outcome not executed. The
 * supplier's error becomes the cause and not part of the message, because it may contain a secret. A {@link ConfigurationException} of
 * the supplier is passed on unchanged.
 *
 * <p>After the timeout the driver's attempt is cancelled, and the driver closes its socket. Signals come on the thread of the driver,
 * of the supplier, or of Reactor's parallel scheduler. Safe for use by many threads.
 */
public final class ConnectAttempt {

    private ConnectAttempt() {}

    /**
     * Each subscription makes one attempt.
     *
     * @param connect connects and logs in with the credentials
     */
    public static <T> Mono<T> of(ConnectionSettings settings, Function<Credentials, Mono<T>> connect) {
        return Mono.defer(() -> {
            AtomicBoolean supplied = new AtomicBoolean();
            Mono<T> attempt = credentials(settings)
                    .doOnNext(credentials -> supplied.set(true))
                    .flatMap(credentials -> linked(connect, credentials));
            return within(
                    settings.connectTimeout(),
                    attempt,
                    () -> supplied.get()
                            ? ConnectErrors.timedOut(settings)
                            : noCredentials(
                                    settings,
                                    "gave none within connect_timeout "
                                            + settings.connectTimeout().toMillis() + " ms"));
        });
    }

    /** Reactor throws a LinkageError instead of signalling it: the caller would wait for the end of the timeout. */
    private static <T> Mono<T> linked(Function<Credentials, Mono<T>> connect, Credentials credentials) {
        try {
            return connect.apply(credentials);
        } catch (LinkageError clash) {
            return Mono.error(LibraryClash.error(clash, clash));
        }
    }

    /**
     * Tries a host's addresses one after the other until one can be reached. Each address has an equal share of the remaining time, so
     * one that never answers leaves time for the others. When an address answers with a refusal, no further address is tried.
     *
     * @param addresses one or more, the preferred one first
     * @param limit the time for all addresses; the caller ends the last attempt
     * @param connect makes an attempt, which must end on cancellation
     */
    public static <A, T> Mono<T> each(
            List<A> addresses, Duration limit, ConnectionSettings settings, Function<A, Mono<T>> connect) {
        Mono<T> first = connect.apply(addresses.get(0));
        if (addresses.size() == 1) {
            return first;
        }
        Duration share = limit.dividedBy(addresses.size());
        return within(share, first, () -> ConnectErrors.timedOut(settings))
                .onErrorResume(
                        ConnectFailedException.class,
                        unreachable -> each(
                                        addresses.subList(1, addresses.size()), limit.minus(share), settings, connect)
                                .doOnError(error -> error.addSuppressed(unreachable)));
    }

    /** An attempt with a timeout. A connection that arrives too late to be delivered is closed. */
    private static <T> Mono<T> within(Duration limit, Mono<T> attempt, Supplier<HeadgateException> late) {
        return Mono.defer(() -> {
            Handover handover = new Handover();
            return attempt.doOnNext(handover::arrived)
                    .timeout(limit, Mono.error(late))
                    .doOnNext(handover::delivered)
                    .doOnError(error -> handover.end())
                    .doOnCancel(handover::end);
        });
    }

    /** The state of a new connection: null (none yet), the connection (arrived, not delivered), or OVER (delivered, or too late). */
    private static final class Handover {

        private static final Object OVER = new Object();

        private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

        void arrived(Object connection) {
            if (!state.compareAndSet(null, connection)) {
                close(connection);
            }
        }

        void delivered(Object connection) {
            state.compareAndSet(connection, OVER);
        }

        void end() {
            Object left = state.getAndSet(OVER);
            if (left != null && left != OVER) {
                close(left);
            }
        }

        private static void close(Object late) {
            if (late instanceof DriverConnection connection) {
                connection.close().subscribe(nothing -> {}, error -> {});
            }
        }
    }

    private static Mono<Credentials> credentials(ConnectionSettings settings) {
        return Mono.<Optional<Credentials>>create(sink -> {
                    try {
                        sink.onDispose(settings.credentials()
                                .singleOptional()
                                .contextWrite(sink.contextView())
                                .subscribe(sink::success, sink::error));
                    } catch (Throwable thrown) {
                        // catches LinkageError and the like too: Reactor throws them instead of signalling them
                        sink.error(thrown);
                    }
                })
                .flatMap(Mono::justOrEmpty)
                .onErrorMap(error -> failed(settings, error))
                .switchIfEmpty(Mono.error(() -> noCredentials(settings, "gave none")));
    }

    private static HeadgateException failed(ConnectionSettings settings, Throwable error) {
        if (error instanceof ConfigurationException wrong) {
            return wrong;
        }
        return new ConnectFailedException(
                settings.node(),
                "the supplier of credentials failed with " + error.getClass().getName() + "; see the cause",
                error);
    }

    private static HeadgateException noCredentials(ConnectionSettings settings, String what) {
        return new ConnectFailedException(settings.node(), "the supplier of credentials " + what, null);
    }
}
