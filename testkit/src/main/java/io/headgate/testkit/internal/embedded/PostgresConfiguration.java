package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.internal.ServerCertificates;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The content of a node's {@code postgresql.conf} and {@code pg_hba.conf}; the same for all nodes of a cluster. */
final class PostgresConfiguration {
    private final ClusterSettings settings;
    private final Optional<ServerCertificates> certificates;

    PostgresConfiguration(ClusterSettings settings, Optional<ServerCertificates> certificates) {
        this.settings = settings;
        this.certificates = certificates;
    }

    void writeTo(Path dataFolder, ClusterFolder folder) {
        folder.write(dataFolder.resolve("postgresql.conf"), lines());
        folder.write(dataFolder.resolve("pg_hba.conf"), hostBasedAuthentication());
    }

    private String lines() {
        return values().entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'")
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addresses", ServerProcess.HOST);
        values.put("unix_socket_directories", "");
        values.put("shared_buffers", "32MB");
        // In the data folder, not in /dev/shm: it is removed with the folder even when the server is killed.
        values.put("dynamic_shared_memory_type", "mmap");
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
        values.put("password_encryption", method());
        values.put("timezone", "UTC");
        values.put("log_timezone", "UTC");
        values.put("log_line_prefix", "%m [%p] %q%u@%d ");
        certificates.ifPresent(files -> {
            values.put("ssl", "on");
            values.put("ssl_cert_file", files.serverCertificate().toString());
            values.put("ssl_key_file", files.serverKey().toString());
        });
        values.putAll(settings.settings());
        return values;
    }

    private String hostBasedAuthentication() {
        return "local all all " + method() + "\nhost all all " + ServerProcess.HOST + "/32 " + method()
                + "\nhost replication all " + ServerProcess.HOST + "/32 " + method() + "\n";
    }

    private String method() {
        return settings.authentication() == PasswordAuthentication.MD5 ? "md5" : "scram-sha-256";
    }
}
