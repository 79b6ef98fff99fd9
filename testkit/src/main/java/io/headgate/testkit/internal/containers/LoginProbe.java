package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Checks whether a server accepts logins. An open port is no proof: the engine's own proxy listens on published ports, and
 * PostgreSQL listens long before it has recovered.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">Message formats, StartupMessage</a>
 */
final class LoginProbe {
    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int TIMEOUT_MILLIS = 2_000;

    private LoginProbe() {}

    /**
     * Starts a session and looks at the first byte of the answer.
     *
     * @param address the server
     * @param database the database to log in to
     * @return true when the server goes on with authentication; false when it refuses or does not answer within 2 s
     */
    static boolean isAccepted(Address address, String database) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            socket.getOutputStream().write(startupMessage(database));
            return socket.getInputStream().read() == 'R';
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] startupMessage(String database) throws IOException {
        byte[] parameters = ("user\0" + ClusterSettings.SUPERUSER + "\0database\0" + database + "\0\0")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(Integer.BYTES + Integer.BYTES + parameters.length);
        out.writeInt(PROTOCOL_3_0);
        out.write(parameters);
        return bytes.toByteArray();
    }
}
