package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.internal.Address;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The servers' configuration files. Each is passed to a container as an environment variable, and a script writes it. So the
 * image needs only a shell, and the files are written at every start.
 */
final class ServerFiles {
    private final ClusterSettings settings;
    private final Optional<CertificateFolder> certificates;

    ServerFiles(ClusterSettings settings, Optional<CertificateFolder> certificates) {
        this.settings = settings;
        this.certificates = certificates;
    }

    /** Script lines that write the files of {@link #environment} to a folder. */
    static String writeTo(String folder, Map<String, String> files) {
        return files.keySet().stream()
                .sorted()
                .map(file -> "printf '%s\\n' \"$" + variable(file) + "\" >" + folder + "/" + file + " || exit 1")
                .collect(Collectors.joining("\n"));
    }

    /** Files as environment variables. */
    static Map<String, String> environment(Map<String, String> files) {
        Map<String, String> variables = new HashMap<>();
        files.forEach((file, content) -> variables.put(variable(file), content));
        return variables;
    }

    private static String variable(String file) {
        return "HEADGATE_FILE_" + file.replace('.', '_');
    }

    /** The files of a PostgreSQL server, by name. */
    Map<String, String> postgres(int port) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addresses", "*");
        values.put("port", Integer.toString(port));
        values.put("unix_socket_directories", "");
        values.put("shared_buffers", "32MB");
        // Data is lost only if the machine goes down, and then the test has failed anyway. Full page writes stay on:
        // SIGKILL can cut a page in two.
        values.put("fsync", "off");
        values.put("wal_level", "replica");
        values.put("hot_standby", "on");
        values.put("max_wal_senders", "20");
        // Keeps WAL for replicas that a test stops or freezes. No slots: a forgotten slot keeps WAL for ever.
        values.put("wal_keep_size", "1GB");
        values.put("wal_retrieve_retry_interval", "100ms");
        values.put("wal_receiver_status_interval", "1s");
        values.put("track_commit_timestamp", "on");
        values.put("password_encryption", passwordMethod());
        values.put("timezone", "UTC");
        values.put("log_timezone", "UTC");
        values.put("log_line_prefix", "%m [%p] %q%u@%d ");
        if (certificates.isPresent()) {
            values.put("ssl", "on");
            values.put("ssl_cert_file", "server.pem");
            values.put("ssl_key_file", "server.key");
        }
        values.putAll(settings.settings());
        Map<String, String> files = withCertificate();
        files.put(
                "postgresql.conf",
                values.entrySet().stream()
                        .map(value -> value.getKey() + " = '" + value.getValue().replace("'", "''") + "'")
                        .collect(Collectors.joining("\n")));
        files.put(
                "pg_hba.conf",
                "host all all all " + passwordMethod() + "\nhost replication all all " + passwordMethod());
        return files;
    }

    /** The files of a PgBouncer, by name. */
    Map<String, String> pgbouncer(Address target, int port, String folder) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addr", "*");
        values.put("listen_port", Integer.toString(port));
        values.put("unix_socket_dir", "");
        values.put("auth_type", passwordMethod());
        values.put("auth_file", folder + "/userlist.txt");
        values.put("admin_users", ClusterSettings.SUPERUSER);
        values.put("pool_mode", "transaction");
        values.put("ignore_startup_parameters", "extra_float_digits");
        if (certificates.isPresent()) {
            values.put("client_tls_sslmode", "allow");
            values.put("client_tls_cert_file", folder + "/server.pem");
            values.put("client_tls_key_file", folder + "/server.key");
            // Asks for no client's certificate; without it PgBouncer wants the system's authorities, which a small
            // image lacks.
            values.put("client_tls_ca_file", folder + "/ca.pem");
        }
        values.putAll(settings.bouncerSettings());
        Map<String, String> files = withCertificate();
        files.put(
                "pgbouncer.ini",
                "[databases]\n" + settings.database() + " = host=" + target.host() + " port=" + target.port()
                        + "\n\n[pgbouncer]\n"
                        + values.entrySet().stream()
                                .map(value -> value.getKey() + " = " + value.getValue())
                                .collect(Collectors.joining("\n")));
        // In clear text: PgBouncer needs the passwords to log in to PostgreSQL with SCRAM.
        files.put(
                "userlist.txt",
                user(settings.user(), settings.password()) + "\n"
                        + user(ClusterSettings.SUPERUSER, ClusterSettings.SUPERUSER_PASSWORD));
        return files;
    }

    /** The authentication method's name in PostgreSQL and PgBouncer. */
    String passwordMethod() {
        return settings.authentication() == PasswordAuthentication.MD5 ? "md5" : "scram-sha-256";
    }

    private Map<String, String> withCertificate() {
        Map<String, String> files = new HashMap<>();
        certificates.ifPresent(folder -> {
            files.put("ca.pem", folder.authority().certificatePem());
            files.put("server.pem", folder.server().certificatePem());
            files.put("server.key", folder.server().keyPem());
        });
        return files;
    }

    private static String user(String name, String password) {
        return quoted(name) + " " + quoted(password);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
