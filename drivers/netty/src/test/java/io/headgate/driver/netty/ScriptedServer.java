package io.headgate.driver.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * A model of a server after login. It understands {@code SELECT N} and {@code INSERT N} (a row with N), also with {@code $1} for N, and
 * with {@code AS fail} at the end for an error; BEGIN, COMMIT, ROLLBACK and savepoints. Its position in the write-ahead log is the number
 * of executed statements. It records each statement with its transaction.
 * Its answers come in pieces of random size.
 */
final class ScriptedServer extends ChannelInboundHandlerAdapter {

    /** An executed statement: its text, and the number of its transaction; 0 for an implicit one. */
    record Ran(int transaction, String text) {}

    /** What it does with a query for the position in the write-ahead log. */
    enum Position {
        KNOWN,
        REFUSED,
        CANCELLED,
        SILENT,
        NONSENSE,
        CLOSES
    }

    private record Prepared(String text, boolean hasParameter) {}

    private final List<Ran> ran = new ArrayList<>();
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Random random;
    private final ByteBuf in = Unpooled.buffer();
    private Prepared bound = new Prepared("", false);
    private String parameter = "";
    private int transactions;
    private int current;
    private char status = 'I';
    private boolean skipping;
    private boolean closing;

    /** It answers nothing more. */
    private boolean silent;

    private List<Ran> implicit = new ArrayList<>();
    private int syncs;
    private int parameterType = 23;
    private Position position = Position.KNOWN;
    private final Queue<String> refusals = new ArrayDeque<>();
    private final Queue<Integer> typesAfterRefusals = new ArrayDeque<>();

    ScriptedServer(long seed) {
        random = new Random(seed);
    }

    /** The statements that were executed and not undone. */
    synchronized List<Ran> ran() {
        return List.copyOf(ran);
    }

    synchronized int syncs() {
        return syncs;
    }

    /** Sets the type of parameters from now on, 23 or 20, and the errors of the next Binds. */
    synchronized void changeTypes(int type, String... states) {
        parameterType = type;
        refusals.addAll(List.of(states));
    }

    synchronized void position(Position answer) {
        position = answer;
    }

    /** Sets the types of parameters after each of the next errors. */
    synchronized void typesAfterRefusals(Integer... types) {
        typesAfterRefusals.addAll(List.of(types));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf piece = (ByteBuf) message;
        in.writeBytes(piece);
        piece.release();
        ByteBuf out = Unpooled.buffer();
        while (!closing && !silent && in.readableBytes() >= 5 && in.readableBytes() > in.getInt(in.readerIndex() + 1)) {
            byte type = in.readByte();
            ByteBuf body = in.readSlice(in.readInt() - 4);
            answer((char) type, body, out);
        }
        in.discardReadBytes();
        send(context.channel(), out);
        if (closing) {
            context.close();
        }
    }

    private void send(Channel channel, ByteBuf out) {
        while (out.isReadable()) {
            int length = random.nextInt(4) == 0
                    ? Math.min(out.readableBytes(), 1 + random.nextInt(20))
                    : out.readableBytes();
            channel.writeAndFlush(out.readBytes(length));
        }
    }

    private static String text(ByteBuf body) {
        int end = body.bytesBefore((byte) 0);
        String text = body.readCharSequence(end, StandardCharsets.UTF_8).toString();
        body.skipBytes(1);
        return text;
    }

    private synchronized void answer(char type, ByteBuf body, ByteBuf out) {
        if (type == 'S') {
            syncs++;
            skipping = false;
            ran.addAll(implicit);
            implicit = new ArrayList<>();
            ready(out);
            return;
        }
        if (skipping) {
            return;
        }
        switch (type) {
            case 'P' -> {
                String name = text(body);
                String sql = text(body);
                statements.put(name, new Prepared(sql, sql.contains("$1")));
                message(out, '1', "");
            }
            case 'B' -> {
                text(body);
                Prepared prepared = statements.get(text(body));
                String refusal = prepared == null ? "26000" : refusals.poll();
                if (prepared == null || refusal != null) {
                    parameterType = typesAfterRefusals.isEmpty() ? parameterType : typesAfterRefusals.poll();
                    error(out, refusal);
                    return;
                }
                bound = prepared;
                int formats = body.readShort();
                int format = formats > 0 ? body.readShort() : 0;
                if (body.readShort() > 0) {
                    int length = body.readInt();
                    parameter = format == 1
                            ? Long.toString(length == Long.BYTES ? body.readLong() : body.readInt())
                            : body.readCharSequence(length, StandardCharsets.UTF_8)
                                    .toString();
                }
                message(out, '2', "");
            }
            case 'D' -> {
                char what = (char) body.readByte();
                Prepared described = what == 'S' ? statements.get(text(body)) : bound;
                if (what == 'S') {
                    ByteBuf types = Unpooled.buffer();
                    types.writeShort(described.hasParameter() ? 1 : 0);
                    if (described.hasParameter()) {
                        types.writeInt(parameterType);
                    }
                    message(out, 't', types);
                }
                if (described.text().matches("(SELECT|INSERT).*")) {
                    ByteBuf columns = Unpooled.buffer().writeShort(1);
                    columns.writeBytes("n\0".getBytes(StandardCharsets.US_ASCII))
                            .writeInt(0)
                            .writeShort(0);
                    columns.writeInt(25).writeShort(-1).writeInt(-1).writeShort(0);
                    message(out, 'T', columns);
                } else {
                    message(out, 'n', "");
                }
            }
            case 'E' -> execute(bound.text(), out);
            case 'C' -> message(out, '3', "");
            case 'Q' -> {
                String sql = text(body);
                if (sql.contains("pg_current_wal_insert_lsn")) {
                    position(out);
                } else {
                    execute(sql, out);
                }
                ran.addAll(implicit);
                implicit = new ArrayList<>();
                skipping = false;
                if (!closing && !silent) {
                    ready(out);
                }
            }
            default -> {}
        }
    }

    private void position(ByteBuf out) {
        if (position == Position.SILENT) {
            silent = true;
        } else if (position == Position.CLOSES) {
            closing = true;
        } else if (position == Position.REFUSED || position == Position.CANCELLED) {
            error(out, position == Position.REFUSED ? "0A000" : "57014");
        } else {
            row(
                    out,
                    position == Position.NONSENSE
                            ? "secret"
                            : "0/" + Integer.toHexString(ran.size()).toUpperCase(Locale.ROOT));
            message(out, 'C', "SELECT 1\0");
        }
    }

    private void execute(String sql, ByteBuf out) {
        String[] words = sql.split(" ");
        if (status == 'E' && !words[0].equals("ROLLBACK") && !words[0].equals("COMMIT")) {
            error(out, "25P02");
            return;
        }
        switch (words[0]) {
            case "BEGIN" -> {
                status = 'T';
                current = ++transactions;
                message(out, 'C', "BEGIN\0");
            }
            case "COMMIT", "ROLLBACK" -> {
                message(out, 'C', (status == 'E' ? "ROLLBACK" : words[0]) + "\0");
                status = 'I';
                current = 0;
            }
            case "SELECT", "INSERT" -> {
                if (sql.endsWith("AS fail")) {
                    error(out, "22012");
                    return;
                }
                String value = words[1].startsWith("$1") ? parameter : words[1];
                (status == 'I' ? implicit : ran).add(new Ran(current, words[0] + " " + value));
                row(out, value);
                message(out, 'C', "SELECT 1\0");
            }
            default -> message(out, 'C', words[0] + "\0");
        }
    }

    private void error(ByteBuf out, String state) {
        message(out, 'E', "SERROR\0VERROR\0C" + state + "\0Mno\0Rroutine\0\0");
        skipping = true;
        implicit = new ArrayList<>();
        if (status == 'T') {
            status = 'E';
        }
    }

    private void ready(ByteBuf out) {
        message(out, 'Z', String.valueOf(status));
    }

    private static void row(ByteBuf out, String value) {
        ByteBuf row = Unpooled.buffer().writeShort(1).writeInt(value.length());
        row.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        message(out, 'D', row);
    }

    private static void message(ByteBuf out, char type, String body) {
        message(out, type, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    }

    private static void message(ByteBuf out, char type, ByteBuf body) {
        out.writeByte(type).writeInt(4 + body.readableBytes()).writeBytes(body);
    }
}
