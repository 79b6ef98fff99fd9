package io.headgate.driver.netty.protocol;

import io.headgate.core.error.ParameterException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Writes the client's messages. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
public final class Frontend {

    /** The empty name of unnamed statements and portals. */
    public static final byte[] NO_NAME = {};

    /** Greatest length: PostgreSQL's {@code MaxAllocSize}. The server accepts one byte less ({@code PQ_LARGE_MESSAGE_LIMIT}). */
    private static final int MAX_LENGTH = 0x3fff_ffff;

    private static final int TLS_CODE = 80_877_103;
    private static final int CANCEL_CODE = 80_877_102;

    private Frontend() {}

    /** Requests TLS. The server answers with one byte, S or N. */
    public static void tlsRequest(ByteBuf out) {
        out.writeInt(8).writeInt(TLS_CODE);
    }

    /** Requests, over a separate connection, to cancel another connection's statement. */
    public static void cancelRequest(ByteBuf out, int processId, byte[] secretKey) {
        out.writeInt(12 + secretKey.length)
                .writeInt(CANCEL_CODE)
                .writeInt(processId)
                .writeBytes(secretKey);
    }

    /** Begins the login with a protocol version, such as {@code 3 << 16} for 3.0. */
    public static void startup(ByteBuf out, int version, Iterable<String> namesAndValues) {
        int start = out.writerIndex();
        out.writeInt(0).writeInt(version);
        for (String each : namesAndValues) {
            text(out, each);
        }
        out.writeByte(0);
        out.setInt(start, out.writerIndex() - start);
    }

    /** A password in clear text or hashed. */
    public static void password(ByteBuf out, String password) {
        int start = begin(out, 'p');
        text(out, password);
        end(out, start);
    }

    /** The first message of a SASL exchange. */
    public static void saslInitial(ByteBuf out, String mechanism, String message) {
        int start = begin(out, 'p');
        text(out, mechanism);
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length).writeBytes(bytes);
        end(out, start);
    }

    /** A further message of a SASL exchange. */
    public static void saslResponse(ByteBuf out, String message) {
        int start = begin(out, 'p');
        ByteBufUtil.writeUtf8(out, message);
        end(out, start);
    }

    /** Prepares a statement. Types are ids; 0 lets the server infer the type. */
    public static void parse(ByteBuf out, byte[] name, byte[] sql, int[] parameterTypes) {
        int start = begin(out, 'P');
        out.writeBytes(name).writeByte(0).writeBytes(sql).writeByte(0);
        out.writeShort(parameterTypes.length);
        for (int type : parameterTypes) {
            out.writeInt(type);
        }
        end(out, start);
    }

    /** Runs a statement without parameters and rows as a part of a unit. The answer is ParseComplete, BindComplete and CommandComplete. */
    public static void statement(ByteBuf out, String sql) {
        parse(out, NO_NAME, sql.getBytes(StandardCharsets.UTF_8), new int[0]);
        int start = beginBind(out, NO_NAME, NO_NAME, 0);
        out.writeShort(0).writeShort(0);
        end(out, start);
        execute(out, NO_NAME, 0);
    }

    /**
     * Begins a Bind. The caller adds one format for each parameter, the number of values, the values, and the formats of the columns, and
     * {@linkplain #end ends} it.
     */
    public static int beginBind(ByteBuf out, byte[] portal, byte[] statement, int parameters) {
        int start = begin(out, 'B');
        out.writeBytes(portal).writeByte(0).writeBytes(statement).writeByte(0).writeShort(parameters);
        return start;
    }

    /** Requests the columns of a portal, with their formats. */
    public static void describePortal(ByteBuf out, byte[] portal) {
        named(out, 'D', 'P', portal);
    }

    /** Requests the parameter types and columns of a statement. */
    public static void describeStatement(ByteBuf out, byte[] statement) {
        named(out, 'D', 'S', statement);
    }

    /** Frees a statement. */
    public static void closeStatement(ByteBuf out, byte[] statement) {
        named(out, 'C', 'S', statement);
    }

    /** Frees a portal. */
    public static void closePortal(ByteBuf out, byte[] portal) {
        named(out, 'C', 'P', portal);
    }

    /** Runs a portal for a number of rows; 0 means all. */
    public static void execute(ByteBuf out, byte[] portal, int rows) {
        out.writeByte('E').writeInt(4 + portal.length + 1 + 4);
        out.writeBytes(portal).writeByte(0).writeInt(rows);
    }

    /** Ends a unit. The server answers with ReadyForQuery. */
    public static void sync(ByteBuf out) {
        out.writeByte('S').writeInt(4);
    }

    /** Requests the answers so far. */
    public static void flush(ByteBuf out) {
        out.writeByte('H').writeInt(4);
    }

    /** Runs a text by the simple protocol. */
    public static void query(ByteBuf out, String sql) {
        int start = begin(out, 'Q');
        text(out, sql);
        end(out, start);
    }

    /** Begins a message with data of a COPY. The caller adds the data and ends the message. */
    public static int beginCopyData(ByteBuf out) {
        return begin(out, 'd');
    }

    /** Ends the data of a COPY. */
    public static void copyDone(ByteBuf out) {
        out.writeByte('c').writeInt(4);
    }

    /** Fails a COPY. */
    public static void copyFail(ByteBuf out, String reason) {
        int start = begin(out, 'f');
        text(out, reason);
        end(out, start);
    }

    /** Ends the session. */
    public static void terminate(ByteBuf out) {
        out.writeByte('X').writeInt(4);
    }

    /**
     * Ends a message: sets its length.
     *
     * @throws ParameterException if the message is longer than the server accepts; sending it would end the connection
     */
    public static void end(ByteBuf out, int start) {
        int length = out.writerIndex() - start;
        if (length > MAX_LENGTH) {
            throw new ParameterException("the statement's values take " + length
                    + " bytes together, and the server accepts " + MAX_LENGTH + " in a message; send them in parts");
        }
        out.setInt(start, length);
    }

    private static int begin(ByteBuf out, char type) {
        out.writeByte(type);
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    private static void named(ByteBuf out, char type, char what, byte[] name) {
        out.writeByte(type).writeInt(4 + 1 + name.length + 1).writeByte(what);
        out.writeBytes(name).writeByte(0);
    }

    private static void text(ByteBuf out, String value) {
        ByteBufUtil.writeUtf8(out, value);
        out.writeByte(0);
    }
}
