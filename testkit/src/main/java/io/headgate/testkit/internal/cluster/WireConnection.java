package io.headgate.testkit.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.testkit.internal.Address;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Messages of PostgreSQL's protocol, version 3.0, over a plain socket.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
final class WireConnection implements AutoCloseable {
    private static final int PROTOCOL = 3 << 16;
    private static final int CONNECTING_MILLIS = 5_000;
    private static final int ANSWERING_MILLIS = 30_000;
    private static final int LENGTH_BYTES = 4;

    /**
     * A message from the server.
     *
     * @param type the type's letter
     * @param body the bytes after type and length
     */
    record Message(char type, ByteBuffer body) {}

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private WireConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        // Each message in one write: the admin console answers "incomplete pkt" to a message that arrives in pieces.
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    static WireConnection open(Address address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWERING_MILLIS);
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECTING_MILLIS);
            return new WireConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A text in the protocol's form, ended by a zero byte. */
    static byte[] text(String text) {
        return (text + '\0').getBytes(UTF_8);
    }

    /** Reads a text up to its zero byte. */
    static String text(ByteBuffer from) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte next = from.get(); next != 0; next = from.get()) {
            bytes.write(next);
        }
        return bytes.toString(UTF_8);
    }

    void startUp(Map<String, String> parameters) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        parameters.forEach((name, value) -> {
            body.writeBytes(text(name));
            body.writeBytes(text(value));
        });
        body.write(0);
        out.writeInt(2 * LENGTH_BYTES + body.size());
        out.writeInt(PROTOCOL);
        out.write(body.toByteArray());
        out.flush();
    }

    void send(char type, byte[]... parts) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        out.writeByte(type);
        out.writeInt(LENGTH_BYTES + body.size());
        out.write(body.toByteArray());
        out.flush();
    }

    /** The next message; an error message becomes an exception with the server's text. */
    Message receive() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - LENGTH_BYTES];
        in.readFully(body);
        ByteBuffer buffer = ByteBuffer.wrap(body);
        if (type == 'E') {
            throw new IOException(errorIn(buffer));
        }
        return new Message(type, buffer);
    }

    private static String errorIn(ByteBuffer fields) {
        StringBuilder error = new StringBuilder();
        for (char field = (char) fields.get(); field != 0; field = (char) fields.get()) {
            String value = text(fields);
            if (field == 'C') {
                error.append(value).append(' ');
            } else if (field == 'M') {
                error.append(value);
            }
        }
        return error.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
