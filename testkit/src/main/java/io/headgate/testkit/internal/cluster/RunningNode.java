package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.FaultProxy;
import io.headgate.testkit.PgBouncer;
import io.headgate.testkit.PostgresNode;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.Await;
import io.headgate.testkit.internal.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node on top of the {@link PostgresServer} that runs it; {@link Replication} handles roles. */
final class RunningNode implements PostgresNode {
    private final PostgresServer server;
    private final ClusterSettings settings;
    private final Replication replication;
    private @Nullable RunningPgBouncer bouncer;
    private @Nullable FaultProxy proxy;
    private volatile boolean faulted;

    RunningNode(PostgresServer server, ClusterSettings settings, Replication replication) {
        this.server = server;
        this.settings = settings;
        this.replication = replication;
    }

    PostgresServer server() {
        return server;
    }

    void putInFront(RunningPgBouncer pooler) {
        this.bouncer = pooler;
    }

    boolean faulted() {
        return faulted || (bouncer != null && bouncer.faulted());
    }

    /** Whether a test has a proxy of this node: it can inject faults without the cluster's knowledge. */
    boolean hasProxy() {
        return proxy != null || (bouncer != null && bouncer.hasProxy());
    }

    /** Undoes this node's own faults; roles are restored after all nodes run. */
    void revive() {
        if (proxy != null) {
            proxy.heal();
        }
        server.thaw();
        server.start();
    }

    /** Called when node and role are restored. PgBouncer caches failed logins, so it is restarted too. */
    void forgetFaults() {
        if (bouncer != null) {
            bouncer.healProxy();
            if (faulted() || !bouncer.isRunning()) {
                bouncer.startOver();
            }
        }
        faulted = false;
    }

    void close() {
        if (proxy != null) {
            proxy.close();
        }
        if (bouncer != null) {
            bouncer.close();
        }
    }

    Jdbc sql() {
        return Jdbc.superuser(server.address(), settings.database());
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public String host() {
        return server.address().host();
    }

    @Override
    public int port() {
        return server.address().port();
    }

    @Override
    public String url() {
        return url(server.address());
    }

    @Override
    public String pooledUrl() {
        return url(pooler().address());
    }

    private String url(Address address) {
        return "postgresql://" + encoded(settings.user()) + ":" + encoded(settings.password()) + "@" + address + "/"
                + settings.database();
    }

    @Override
    public String jdbcUrl() {
        return "jdbc:postgresql://" + server.address() + "/" + settings.database() + "?user=" + encoded(settings.user())
                + "&password=" + encoded(settings.password());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public PgBouncer bouncer() {
        return pooler();
    }

    private RunningPgBouncer pooler() {
        if (bouncer == null) {
            throw new IllegalStateException(name() + " has no PgBouncer; start the cluster with pooled(true)");
        }
        return bouncer;
    }

    @Override
    public synchronized FaultProxy proxy() {
        if (proxy == null) {
            proxy = FaultProxy.inFrontOf(host(), port());
        }
        return proxy;
    }

    @Override
    public List<Map<String, @Nullable Object>> query(String sql, @Nullable Object... arguments) {
        return sql().query(sql, arguments);
    }

    @Override
    public @Nullable String queryValue(String sql, @Nullable Object... arguments) {
        List<Map<String, @Nullable Object>> rows = query(sql, arguments);
        if (rows.size() != 1 || rows.get(0).size() != 1) {
            throw new ClusterException("\"" + sql + "\" gave " + rows.size() + " rows with "
                    + (rows.isEmpty() ? "no" : rows.get(0).size()) + " columns; queryValue wants one of each");
        }
        Object value = rows.get(0).values().iterator().next();
        return value == null ? null : value.toString();
    }

    @Override
    public long execute(String sql, @Nullable Object... arguments) {
        return sql().execute(sql, arguments);
    }

    @Override
    public boolean isPrimary() {
        return "false".equals(queryValue("SELECT pg_is_in_recovery()"));
    }

    @Override
    public boolean isRunning() {
        return server.isRunning();
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void stop() {
        faulted = true;
        server.stop();
    }

    @Override
    public void restart() {
        stop();
        start();
    }

    @Override
    public void kill() {
        faulted = true;
        server.kill();
    }

    @Override
    public void freeze() {
        faulted = true;
        server.freeze();
    }

    @Override
    public void thaw() {
        server.thaw();
    }

    @Override
    public void promote() {
        faulted = true;
        replication.promote(this);
    }

    @Override
    public void follow(PostgresNode upstream) {
        faulted = true;
        replication.follow(this, upstream);
    }

    @Override
    public void pauseReplay() {
        faulted = true;
        execute("SELECT pg_wal_replay_pause()");
        // The pause is a request: the replaying process may finish a record or two first.
        Await.until(
                () -> "paused".equals(queryValue("SELECT pg_get_wal_replay_pause_state()")),
                () -> name() + " did not pause its replay");
    }

    @Override
    public void resumeReplay() {
        // replay itself may cancel the statement that lets it go on
        Await.until(this::isResumed, () -> name() + " did not resume its replay");
    }

    private boolean isResumed() {
        try {
            execute("SELECT pg_wal_replay_resume()");
            return true;
        } catch (ClusterException conflict) {
            return false;
        }
    }

    @Override
    public int killBackends() {
        return killBackends("true");
    }

    @Override
    public int killBackends(String predicate) {
        String gone =
                queryValue("SELECT count(*) FILTER (WHERE gone) FROM (SELECT pg_terminate_backend(pid, 10000) AS gone"
                        + " FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                        + " AND (" + predicate + ")) AS killed");
        return gone == null ? 0 : Integer.parseInt(gone);
    }

    @Override
    public void crashBackend(int pid) {
        faulted = true;
        // The postmaster notices after a moment; only a connection opened before shows that.
        try (Connection witness = sql().connect()) {
            server.killBackend(pid);
            Await.until(
                    () -> isBroken(witness),
                    () -> name() + " did not drop its connections after backend " + pid + " was killed");
        } catch (SQLException e) {
            throw new ClusterException(name() + " accepts no connection: " + e.getMessage(), e);
        }
        Await.until(() -> sql().accepts(), () -> name() + " did not recover\n" + logTail(30));
    }

    private static boolean isBroken(Connection connection) {
        try {
            return !connection.isValid(1);
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public String logTail(int lines) {
        return server.logTail(lines);
    }

    @Override
    public String toString() {
        return name() + " at " + server.address();
    }
}
