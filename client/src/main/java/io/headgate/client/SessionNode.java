package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlSession;
import io.headgate.core.error.ConfigurationException;
import io.headgate.pool.session.SessionConnections;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Adds session connections to a node's pool, which has none. */
final class SessionNode extends ForwardingExecutor {

    private final @Nullable SessionConnections connections;

    /** @param connections null when no session node is set */
    SessionNode(SqlExecutor pool, @Nullable SessionConnections connections) {
        super(pool);
        this.connections = connections;
    }

    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return connections == null
                ? Flux.error(() -> new ConfigurationException("no session node is set; say where PostgreSQL itself is,"
                        + " without a pooler: .sessionNode(\"postgresql://user:password@host:5432/database\")"))
                : connections.use(work);
    }
}
