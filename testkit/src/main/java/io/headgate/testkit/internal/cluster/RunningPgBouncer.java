package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.FaultProxy;
import io.headgate.testkit.PgBouncer;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.Server;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A PgBouncer on top of the {@link Server} that runs it. */
final class RunningPgBouncer implements PgBouncer {
    private static final Pattern VERSION = Pattern.compile("PgBouncer (\\d+(?:\\.\\d+)+)", Pattern.CASE_INSENSITIVE);

    private final Server server;
    private final String database;
    private @Nullable FaultProxy proxy;
    private volatile boolean faulted;

    RunningPgBouncer(Server server, String database) {
        this.server = server;
        this.database = database;
    }

    Address address() {
        return server.address();
    }

    boolean faulted() {
        return faulted;
    }

    boolean hasProxy() {
        return proxy != null;
    }

    void healProxy() {
        if (proxy != null) {
            proxy.heal();
        }
    }

    /** Only a new process is free of a test's state: no pause, no SET, no cached login failure. */
    void startOver() {
        server.thaw();
        server.stop();
        server.start();
        faulted = false;
    }

    void close() {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Override
    public String version() {
        String said = String.join(" ", show("VERSION").get(0).values());
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            throw new ClusterException("PgBouncer calls its version \"" + said + "\", which holds no number");
        }
        return version.group(1);
    }

    @Override
    public String host() {
        return address().host();
    }

    @Override
    public int port() {
        return address().port();
    }

    @Override
    public synchronized FaultProxy proxy() {
        if (proxy == null) {
            proxy = FaultProxy.inFrontOf(host(), port());
        }
        return proxy;
    }

    @Override
    public List<Map<String, String>> show(String what) {
        return AdminConsole.run(address(), "SHOW " + what);
    }

    @Override
    public void command(String command) {
        faulted |= !command.strip().toUpperCase(Locale.ROOT).startsWith("SHOW");
        AdminConsole.run(address(), command);
    }

    @Override
    public void pause() {
        command("PAUSE");
    }

    @Override
    public void resume() {
        for (Map<String, String> state : show("DATABASES")) {
            if ("1".equals(state.get("paused"))) {
                command("RESUME " + state.get("name"));
            }
        }
        try {
            command("RESUME");
        } catch (ClusterException e) {
            // The only query that all versions support: SHOW STATE came after 1.18.
            if (!String.valueOf(e.getMessage()).contains("not paused")) {
                throw e;
            }
        }
    }

    @Override
    public void killDatabase() {
        command("KILL " + database);
    }

    @Override
    public void reconnect() {
        command("RECONNECT");
    }

    @Override
    public void reload() {
        command("RELOAD");
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
    public String logTail(int lines) {
        return server.logTail(lines);
    }

    @Override
    public String toString() {
        return server.name() + " at " + address();
    }
}
