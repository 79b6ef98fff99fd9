package io.headgate.testkit.internal.containers;

import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.ClusterSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** The text of the servers' configuration files. */
final class ServerFiles {
    private ServerFiles() {}

    static String postgresqlConf(ClusterSettings settings, int port) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addresses", "*");
        values.put("port", Integer.toString(port));
        values.put("unix_socket_directories", "/tmp");
        values.put("fsync", "off");
        values.put("shared_buffers", "32MB");
        values.put("wal_level", "replica");
        values.put("wal_keep_size", "256MB");
        values.put("max_wal_senders", "20");
        values.put("password_encryption", isMd5(settings) ? "md5" : "scram-sha-256");
        values.putAll(settings.settings());
        StringBuilder text = new StringBuilder("\n");
        values.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        return text.toString();
    }

    static String pgHba(ClusterSettings settings) {
        String method = isMd5(settings) ? "md5" : "scram-sha-256";
        return "host all all all " + method + "\nhost replication " + ClusterSettings.SUPERUSER + " all " + method + "\n";
    }

    static String pgbouncerIni(ClusterSettings settings, Address target, int port, String folder) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("listen_addr", "*");
        values.put("listen_port", Integer.toString(port));
        values.put("unix_socket_dir", "");
        values.put("auth_type", isMd5(settings) ? "md5" : "scram-sha-256");
        values.put("auth_file", folder + "/userlist.txt");
        values.put("admin_users", ClusterSettings.SUPERUSER);
        values.put("pool_mode", "transaction");
        values.put("ignore_startup_parameters", "extra_float_digits");
        values.putAll(settings.bouncerSettings());
        StringBuilder text = new StringBuilder("[databases]\n* = host=")
                .append(target.host())
                .append(" port=")
                .append(target.port())
                .append("\n[pgbouncer]\n");
        values.forEach((name, value) ->
                text.append(name).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    static String userlist(ClusterSettings settings) {
        return line(ClusterSettings.SUPERUSER, ClusterSettings.SUPERUSER_PASSWORD)
                + line(settings.user(), settings.password());
    }

    private static String line(String user, String password) {
        return quoted(user) + " " + quoted(password) + "\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static boolean isMd5(ClusterSettings settings) {
        return settings.authentication() == PasswordAuthentication.MD5;
    }
}
