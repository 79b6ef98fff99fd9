package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlSession;
import io.headgate.core.error.ConfigurationException;
import io.headgate.pool.session.SessionConnections;
import io.headgate.routing.ReplicaRouter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Adds session connections to a node's pool, which has none. */
final class SessionNode extends ForwardingExecutor {

    private final @Nullable SessionConnections connections;
    private final @Nullable ReplicaRouter router;

    /**
     * @param connections null when no session node is set
     * @param router hears of what they write; null for a single node
     */
    SessionNode(SqlExecutor pool, @Nullable SessionConnections connections, @Nullable ReplicaRouter router) {
        super(pool);
        this.connections = connections;
        this.router = router;
    }

    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        if (connections == null) {
            return Flux.error(() -> new ConfigurationException("no session node is set; say where PostgreSQL itself is,"
                    + " without a pooler: .sessionNode(\"postgresql://user:password@host:5432/database\")"));
        }
        Flux<T> used = connections.use(work);
        return router == null ? used : router.asWrite(used);
    }
}
