package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.support.ConnectAttempt;
import io.headgate.core.driver.support.DriverSupport;
import io.headgate.core.driver.support.GuardedListener;
import io.headgate.core.driver.support.StatementTexts;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.internal.ThreadExecutorMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxThread;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgConnection;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * The driver over the Vert.x PG Client. Each connection gets an event loop of its own choice, round robin, whichever thread
 * asks for it, so that a pool that refills itself from an event loop does not gather on that one.
 */
public final class VertxDriver implements SqlDriver {

    private static final Logger logger = LoggerFactory.getLogger(VertxDriver.class);

    /** Statements sent in the same turn of an event loop leave in one packet; Netty's own default for how many. */
    private static final int MOST_WRITES_A_FLUSH = FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES;

    static {
        // block() on an event loop would wait for an answer that this very loop has to bring; as on Reactor's own
        // threads it
        // fails at once
        Schedulers.registerNonBlockingThreadPredicate(
                thread -> thread instanceof VertxThread vertxThread && !vertxThread.isWorker());
    }

    private final Vertx vertx;
    private final EventExecutorGroup loops;
    private final boolean ownsVertx;
    private final HostAddresses addresses;
    private final VertxConnection.Shared shared;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether a node was last seen to keep prepared statements; a new connection begins with that, and tries. */
    private final Map<String, Boolean> namedStatements = new ConcurrentHashMap<>();

    private VertxDriver(Vertx vertx, boolean ownsVertx, DataAccessListener listener) {
        this.vertx = vertx;
        this.loops = ((VertxInternal) vertx).nettyEventLoopGroup();
        this.ownsVertx = ownsVertx;
        this.addresses = new HostAddresses((VertxInternal) vertx);
        this.shared = new VertxConnection.Shared(
                new StatementTexts(InstantSource.system()), new CancelRequest(vertx), GuardedListener.of(listener));
    }

    /**
     * A driver with event loops of its own: one a core, on daemon threads. {@link #close} ends them.
     *
     * @param listener told of statements
     */
    public static VertxDriver create(DataAccessListener listener) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setUseDaemonThread(true);
        return new VertxDriver(Vertx.vertx(options), true, listener);
    }

    /** A driver on the event loops of an application's own Vert.x, which {@link #close} leaves open. */
    public static VertxDriver over(Vertx vertx, DataAccessListener listener) {
        return new VertxDriver(vertx, false, listener);
    }

    @Override
    public String name() {
        return "vertx";
    }

    Vertx vertx() {
        return vertx;
    }

    @Override
    public Mono<DriverConnection> connect(ConnectionSettings settings) {
        return ConnectAttempt.of(settings, credentials -> {
            DriverSupport.refuseWhatNettyAloneHas(name(), settings);
            return addresses
                    .of(settings)
                    .flatMap(found -> ConnectAttempt.each(
                            found,
                            settings.connectTimeout(),
                            settings,
                            address -> Mono.create(sink -> open(settings, address, credentials, sink))));
        });
    }

    private void open(
            ConnectionSettings settings,
            SocketAddress address,
            Credentials credentials,
            MonoSink<DriverConnection> sink) {
        if (closed.get()) {
            sink.error(new ClosedException("the driver"));
            return;
        }
        Delivery delivery = new Delivery(sink);
        open(settings, address, credentials, namedStatements.getOrDefault(settings.node(), true), true, delivery)
                .onComplete(
                        delivery::connected,
                        error -> delivery.failed(VertxErrors.ofConnect(error, settings, credentials)));
    }

    /**
     * Connects and tries, as often as it takes to find the mode that fits: unnamed statements are always safe, named ones
     * only where they survive. A connection that finds them to survive may upgrade once; so this ends, whatever is found.
     */
    private Future<VertxConnection> open(
            ConnectionSettings settings,
            SocketAddress address,
            Credentials credentials,
            boolean named,
            boolean mayUpgrade,
            Delivery delivery) {
        ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
        ConnectSockets sockets = delivery.begin(new ConnectSockets((VertxInternal) vertx, settings.connectTimeout()));
        return sockets.connect(context, ConnectOptions.of(settings, address, credentials, named))
                .compose(connection -> prepare(connection, settings, named))
                .onFailure(error -> sockets.close())
                .compose(probed -> {
                    sockets.closeAfter(probed.connection());
                    boolean survive = probed.survive();
                    namedStatements.put(settings.node(), survive);
                    if (survive == named || (!named && !mayUpgrade)) {
                        return Future.succeededFuture(probed.connection());
                    }
                    logger.info(
                            "{}: prepared statements {} behind this pooler",
                            settings.node(),
                            survive ? "survive" : "do not survive");
                    probed.connection().vertx().close();
                    return open(settings, address, credentials, survive, false, delivery);
                });
    }

    private record Probed(VertxConnection connection, boolean survive) {}

    private Future<Probed> prepare(PgConnection connection, ConnectionSettings settings, boolean named) {
        WireFilter filter = new WireFilter(settings.resultLimit());
        ChannelPipeline pipeline =
                VertxConnection.socket(connection).channelHandlerContext().pipeline();
        pipeline.channel().config().setOption(ChannelOption.SO_KEEPALIVE, true);
        pipeline.addBefore("codec", "headgate", filter);
        pipeline.addFirst("headgate-flush", new FlushConsolidationHandler(MOST_WRITES_A_FLUSH, true));
        // what is in flight fails with it; without a handler Vert.x would print it
        connection.exceptionHandler(error -> logger.debug("connection to {}: {}", settings.node(), error.toString()));
        return ServerProbe.probe(connection).map(server -> {
            if (server.pooled()) {
                filter.startVerifying(shared.texts()::renewSent);
            } else {
                filter.start();
            }
            ServerInfo used = new ServerInfo(server.versionNumber(), server.pooled(), named, server.inRecovery());
            return new Probed(
                    new VertxConnection(connection, filter, used, settings, shared), server.namedStatements());
        });
    }

    @Override
    public @Nullable Executor callerLoop() {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        return loop == null || loop.parent() == loops ? null : loop;
    }

    @Override
    public boolean pipelines() {
        return true;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (!closed.compareAndSet(false, true)) {
                return Mono.empty();
            }
            Mono<Void> loops = Mono.create(sink -> vertx.close().onComplete(nothing -> sink.success(), sink::error));
            return shared.cancelRequest().close().then(ownsVertx ? loops : Mono.empty());
        });
    }

    /**
     * Hands a connection over, or closes its sockets when nobody waits any more. Cancellation sets the flag and then looks
     * for sockets and connection; each arrival sets its own and then looks at the flag: one of the two sees the other.
     */
    private static final class Delivery {

        private final MonoSink<DriverConnection> sink;
        private volatile boolean cancelled;
        private volatile @Nullable ConnectSockets sockets;
        private volatile @Nullable VertxConnection connection;

        Delivery(MonoSink<DriverConnection> sink) {
            this.sink = sink;
            sink.onCancel(() -> {
                cancelled = true;
                VertxConnection arrived = connection;
                ConnectSockets begun = sockets;
                if (arrived != null) {
                    arrived.vertx().close();
                } else if (begun != null) {
                    begun.close();
                }
            });
        }

        ConnectSockets begin(ConnectSockets begun) {
            sockets = begun;
            if (cancelled) {
                begun.close();
            }
            return begun;
        }

        void connected(VertxConnection arrived) {
            connection = arrived;
            if (cancelled) {
                arrived.vertx().close();
            } else {
                sink.success(arrived);
            }
        }

        void failed(Throwable error) {
            // nobody waits for the end of what was cancelled, and Reactor would log it
            if (!cancelled) {
                sink.error(error);
            }
        }
    }
}
