package io.headgate.testkit.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs one command on PgBouncer's admin console, in the simple query protocol. No JDBC here: the console calls its server
 * version {@code 1.24.1/bouncer}, which pgjdbc 42.7 takes for an old PostgreSQL. It then sends {@code SET extra_float_digits},
 * which the console refuses, whatever {@code assumeMinServerVersion} says.
 *
 * @see <a href="https://www.pgbouncer.org/usage.html#admin-console">PgBouncer, Admin console</a>
 */
final class AdminConsole {
    private static final int AUTHENTICATED = 0;
    private static final int MD5_PASSWORD = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final WireConnection wire;
    private @Nullable ScramClient scram;

    private AdminConsole(WireConnection wire) {
        this.wire = wire;
    }

    /** Runs a command and returns its rows as text, absent values as the empty text. */
    static List<Map<String, String>> run(Address address, String command) {
        try (WireConnection wire = WireConnection.open(address)) {
            AdminConsole console = new AdminConsole(wire);
            console.logIn();
            return console.query(command);
        } catch (IOException | ScramException e) {
            throw new ClusterException(
                    "PgBouncer at " + address + " did not run \"" + command + "\": " + e.getMessage(), e);
        }
    }

    private void logIn() throws IOException, ScramException {
        wire.startUp(Map.of("user", ClusterSettings.SUPERUSER, "database", "pgbouncer"));
        for (WireConnection.Message message = wire.receive(); message.type() != 'Z'; message = wire.receive()) {
            if (message.type() == 'R') {
                authenticate(message.body());
            }
        }
    }

    private void authenticate(ByteBuffer request) throws IOException, ScramException {
        int kind = request.getInt();
        switch (kind) {
            case AUTHENTICATED -> {}
            case MD5_PASSWORD -> wire.send('p', WireConnection.text(md5(request)));
            case SASL -> {
                List<String> mechanisms = new ArrayList<>();
                for (String name = WireConnection.text(request); !name.isEmpty(); name = WireConnection.text(request)) {
                    mechanisms.add(name);
                }
                scram = ScramClient.builder()
                        .advertisedMechanisms(mechanisms)
                        .username(ClusterSettings.SUPERUSER)
                        .password(ClusterSettings.SUPERUSER_PASSWORD.toCharArray())
                        .build();
                byte[] first = scram.clientFirstMessage().toString().getBytes(UTF_8);
                byte[] length = ByteBuffer.allocate(4).putInt(first.length).array();
                wire.send('p', WireConnection.text(scram.getScramMechanism().getName()), length, first);
            }
            case SASL_CONTINUE -> {
                exchange().serverFirstMessage(UTF_8.decode(request).toString());
                wire.send('p', exchange().clientFinalMessage().toString().getBytes(UTF_8));
            }
            case SASL_FINAL ->
                exchange().serverFinalMessage(UTF_8.decode(request).toString());
            default -> throw new IOException("it wants an authentication of kind " + kind + ", which is not supported");
        }
    }

    private ScramClient exchange() throws IOException {
        if (scram == null) {
            throw new IOException("it goes on with an authentication that it did not begin");
        }
        return scram;
    }

    private static String md5(ByteBuffer request) {
        byte[] salt = new byte[4];
        request.get(salt);
        byte[] user = ClusterSettings.SUPERUSER.getBytes(UTF_8);
        byte[] password = ClusterSettings.SUPERUSER_PASSWORD.getBytes(UTF_8);
        return "md5" + md5Hex(md5Hex(password, user).getBytes(UTF_8), salt);
    }

    private static String md5Hex(byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(first);
            return HexFormat.of().formatHex(digest.digest(second));
        } catch (NoSuchAlgorithmException e) {
            throw new ClusterException("This JDK has no MD5; use PasswordAuthentication.SCRAM", e);
        }
    }

    private List<Map<String, String>> query(String command) throws IOException {
        wire.send('Q', WireConnection.text(command));
        List<Map<String, String>> rows = new ArrayList<>();
        List<String> columns = List.of();
        for (WireConnection.Message message = wire.receive(); message.type() != 'Z'; message = wire.receive()) {
            if (message.type() == 'T') {
                columns = columns(message.body());
            } else if (message.type() == 'D') {
                rows.add(row(columns, message.body()));
            }
        }
        return rows;
    }

    private static List<String> columns(ByteBuffer description) {
        int bytesAfterName = 18;
        List<String> columns = new ArrayList<>();
        for (int left = description.getShort(); left > 0; left--) {
            columns.add(WireConnection.text(description));
            description.position(description.position() + bytesAfterName);
        }
        return columns;
    }

    private static Map<String, String> row(List<String> columns, ByteBuffer data) {
        Map<String, String> row = new LinkedHashMap<>();
        int count = data.getShort();
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[Math.max(0, data.getInt())];
            data.get(value);
            row.put(columns.get(i), new String(value, UTF_8));
        }
        return row;
    }
}
