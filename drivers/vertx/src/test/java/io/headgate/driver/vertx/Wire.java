package io.headgate.driver.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages of PostgreSQL's protocol as bytes, and bytes as messages. */
final class Wire {

    // ids of types
    static final int INT4_ARRAY = 1007;
    static final int INT4 = 23;
    static final int INT8 = 20;
    static final int TEXT = 25;
    static final int JSON = 114;

    private Wire() {}

    static byte[] all(byte[]... messages) {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(messages));
    }

    // from the client

    static byte[] parse(String name, String sql, int... types) {
        ByteBuf body = text(text(Unpooled.buffer(), name), sql).writeShort(types.length);
        for (int type : types) {
            body.writeInt(type);
        }
        return message('P', body);
    }

    static byte[] describe(String name) {
        return message('D', text(Unpooled.buffer().writeByte('S'), name));
    }

    static byte[] describePortal() {
        return message('D', text(Unpooled.buffer().writeByte('P'), ""));
    }

    static byte[] bind(String name) {
        return message(
                'B',
                text(text(Unpooled.buffer(), ""), name)
                        .writeShort(0)
                        .writeShort(0)
                        .writeShort(0));
    }

    static byte[] execute() {
        return message('E', text(Unpooled.buffer(), "").writeInt(0));
    }

    static byte[] fetch(int rows) {
        return message('E', text(Unpooled.buffer(), "").writeInt(rows));
    }

    /** As the first messages of another Sync. */
    static byte[] begin(String sql) {
        return all(parse("", sql), bind(""), execute());
    }

    static byte[] close(String name) {
        return message('C', text(Unpooled.buffer().writeByte('S'), name));
    }

    static byte[] sync() {
        return message('S', Unpooled.buffer());
    }

    static byte[] query(String sql) {
        return message('Q', text(Unpooled.buffer(), sql));
    }

    // from the server

    static byte[] empty(char type) {
        return message(type, Unpooled.buffer());
    }

    static byte[] parameters(int... types) {
        ByteBuf body = Unpooled.buffer().writeShort(types.length);
        for (int type : types) {
            body.writeInt(type);
        }
        return message('t', body);
    }

    /** A RowDescription of name, type, name, type. */
    static byte[] columns(int table, Object... namesAndTypes) {
        ByteBuf body = Unpooled.buffer().writeShort(namesAndTypes.length / 2);
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            text(body, (String) namesAndTypes[i])
                    .writeInt(table)
                    .writeShort(i)
                    .writeInt((int) namesAndTypes[i + 1])
                    .writeShort(4)
                    .writeInt(-1)
                    .writeShort(0);
        }
        return message('T', body);
    }

    /** A RowDescription as Vert.x is shown it: name, type, type shown, and so on; the type stands in the table's place. */
    static byte[] columnsShown(Object... namesAndTypes) {
        ByteBuf body = Unpooled.buffer().writeShort(namesAndTypes.length / 3);
        for (int i = 0; i < namesAndTypes.length; i += 3) {
            text(body, (String) namesAndTypes[i])
                    .writeInt((int) namesAndTypes[i + 1])
                    .writeShort(i / 3 * 2)
                    .writeInt((int) namesAndTypes[i + 2])
                    .writeShort(4)
                    .writeInt(-1)
                    .writeShort(0);
        }
        return message('T', body);
    }

    static byte[] row(int bytes) {
        return message('D', Unpooled.buffer().writeShort(1).writeInt(bytes).writeZero(bytes));
    }

    static byte[] complete(String tag) {
        return message('C', text(Unpooled.buffer(), tag));
    }

    static byte[] ready(char status) {
        return message('Z', Unpooled.buffer().writeByte(status));
    }

    static byte[] error(String severity, String sqlState, String message) {
        return message('E', fields(severity, sqlState, message));
    }

    static byte[] notice(String message) {
        return message('N', fields("NOTICE", "00000", message));
    }

    private static ByteBuf fields(String severity, String sqlState, String message) {
        ByteBuf body = Unpooled.buffer();
        text(body.writeByte('S'), severity);
        text(body.writeByte('V'), severity);
        text(body.writeByte('C'), sqlState);
        text(body.writeByte('M'), message);
        return body.writeByte(0);
    }

    /** The messages in a run of bytes, each as its type and the printable characters of its body. */
    static List<String> read(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        List<String> messages = new ArrayList<>();
        while (in.isReadable()) {
            char type = (char) in.readByte();
            int length = in.readInt() - 4;
            String body =
                    in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
            messages.add((type + " " + body.replaceAll("[^ -~]+", " ").strip()).strip());
        }
        return messages;
    }

    private static byte[] message(char type, ByteBuf body) {
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeByte(type)
                .writeInt(4 + body.readableBytes())
                .writeBytes(body));
    }

    private static ByteBuf text(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        return out.writeByte(0);
    }
}
