package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.PostgresServer;
import io.headgate.testkit.internal.ServerCertificates;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** PgBouncer as a process of this machine, in front of one PostgreSQL. */
final class PgBouncerProcess extends ServerProcess {
    private final PgBouncerBinary binary;
    private final ClusterSettings settings;
    private final Optional<ServerCertificates> certificates;
    private final PostgresServer target;

    PgBouncerProcess(
            String name,
            ClusterFolder folder,
            IntSupplier ports,
            PgBouncerBinary binary,
            ClusterSettings settings,
            Optional<ServerCertificates> certificates,
            PostgresServer target) {
        super(name, folder, ports);
        this.binary = binary;
        this.settings = settings;
        this.certificates = certificates;
        this.target = target;
    }

    @Override
    List<String> commandOn(int port) {
        Path users = folder().write(
                        home().resolve("userlist.txt"),
                        user(settings.user(), settings.password())
                                + user(ClusterSettings.SUPERUSER, ClusterSettings.SUPERUSER_PASSWORD));
        Path configuration = folder().write(home().resolve("pgbouncer.ini"), configuration(port, users));
        return List.of(binary.path().toString(), configuration.toString());
    }

    /** In clear text: PgBouncer needs the passwords to log in to PostgreSQL with SCRAM. */
    private static String user(String name, String password) {
        return quoted(name) + " " + quoted(password) + "\n";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private String configuration(int port, Path users) {
        Address postgres = target.peerAddress();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addr", HOST);
        values.put("listen_port", Integer.toString(port));
        values.put("unix_socket_dir", "");
        values.put("auth_type", settings.authentication() == PasswordAuthentication.MD5 ? "md5" : "scram-sha-256");
        values.put("auth_file", users.toString());
        values.put("admin_users", ClusterSettings.SUPERUSER);
        values.put("pool_mode", "transaction");
        values.put("ignore_startup_parameters", "extra_float_digits");
        certificates.ifPresent(files -> {
            values.put("client_tls_sslmode", "allow");
            values.put("client_tls_cert_file", files.serverCertificate().toString());
            values.put("client_tls_key_file", files.serverKey().toString());
        });
        values.putAll(settings.bouncerSettings());
        StringBuilder text = new StringBuilder("[databases]\n")
                .append(settings.database())
                .append(" = host=")
                .append(postgres.host())
                .append(" port=")
                .append(postgres.port())
                .append("\n\n[pgbouncer]\n");
        values.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    @Override
    Path workingFolder() {
        return home();
    }

    @Override
    boolean isReady(long pid, String logged) {
        return logged.contains("process up:");
    }

    /** Not SIGQUIT, which means the same from 1.23 on: the JVM blocks it for itself, and its children inherit that. */
    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    boolean needsSecondStopSignal() {
        return binary.isAtLeast("1.23");
    }
}
