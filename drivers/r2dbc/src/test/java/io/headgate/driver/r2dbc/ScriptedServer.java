package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.observe.DataAccessListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.postgresql.message.Format;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Row;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * A scripted PostgreSQL under a {@link R2dbcConnection}. The {@link WireTap} reads its frames on an embedded channel, and the used parts
 * of R2DBC PostgreSQL are simulated. As there, an error is reported before ReadyForQuery. Everything runs on the calling thread.
 */
final class ScriptedServer {

    private static final int TEXT = 25;

    /** The answer to a statement: rows of texts and a command tag, or an error. */
    record Reply(List<String> row, String tag, List<String> error, List<String> notices, boolean held, boolean dead) {

        static Reply tag(String tag) {
            return new Reply(List.of(), tag, List.of(), List.of(), false, false);
        }

        static Reply row(String... values) {
            return new Reply(List.of(values), "SELECT 1", List.of(), List.of(), false, false);
        }

        static Reply error(String sqlState, String... more) {
            return failure("ERROR", sqlState, more);
        }

        static Reply fatal(String sqlState) {
            return failure("FATAL", sqlState);
        }

        private static Reply failure(String severity, String sqlState, String... more) {
            List<String> fields = new ArrayList<>(List.of("S" + severity, "V" + severity, "C" + sqlState, "Mscripted"));
            fields.addAll(List.of(more));
            if (fields.stream().noneMatch(field -> field.startsWith("R"))) {
                // a pooler's own errors have no routine
                fields.add("Rroutine");
            }
            return new Reply(List.of(), "", fields, List.of(), false, false);
        }

        /** Ends the connection instead of an answer. */
        static Reply end() {
            return new Reply(List.of(), "", List.of(), List.of(), false, true);
        }

        Reply withNotice(String message) {
            return new Reply(row, tag, error, List.of(message), held, dead);
        }

        /** Sends the answer when {@link ScriptedServer#goOn} is called. */
        Reply later() {
            return new Reply(row, tag, error, notices, true, dead);
        }
    }

    private final WireTap tap;
    private final EmbeddedChannel channel;
    private final Map<String, Queue<Reply>> script = new HashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final List<List<@Nullable Parameter>> bound = new ArrayList<>();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private char status = 'I';

    ScriptedServer() {
        tap = new WireTap(notice -> {}, null);
        channel = new EmbeddedChannel(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0));
        tap.attachTo(channel);
        channel.writeOutbound(Unpooled.buffer().writeInt(4));
    }

    R2dbcConnection connect(DataAccessListener listener, String parameters) {
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://app:secret@node:5432/music" + parameters);
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        PostgresqlConnection connection = proxy(
                PostgresqlConnection.class,
                (self, method, arguments) -> statement((String) arguments[0], new ArrayList<>()));
        return new R2dbcConnection(
                new PhysicalConnection(new WireExchange(connection, tap), null, ServerInfo.of(170_000)),
                Mono.empty(),
                settings,
                new R2dbcConnection.Shared(new StatementRevisions(clock), listener));
    }

    /** Sets the answers to a text: the first, the second and so on. The driver's comment at the end of a text is ignored. */
    ScriptedServer answer(String sql, Reply... replies) {
        script.computeIfAbsent(sql, text -> new ArrayDeque<>()).addAll(List.of(replies));
        return this;
    }

    /** The sent texts, in order. */
    List<String> sent() {
        return sent;
    }

    /** The parameters of each sent text. */
    List<List<@Nullable Parameter>> bound() {
        return bound;
    }

    /** Whether it has sent ReadyForQuery for all requests. */
    boolean isReady() {
        return tap.isAnswered();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Ends the transaction without the driver's request, as a pooler that switches the server connection. */
    void loseTransaction() {
        status = 'I';
        frame('Z', Unpooled.buffer().writeByte(status));
    }

    /** Sends the oldest delayed answer. */
    void goOn() {
        held.remove().run();
    }

    private PostgresqlStatement statement(String sql, List<@Nullable Parameter> parameters) {
        return proxy(PostgresqlStatement.class, (self, method, arguments) -> {
            switch (method.getName()) {
                case "bind" -> parameters.add((Parameter) arguments[1]);
                case "bindNull" -> parameters.add(null);
                case "execute" -> {
                    return Flux.<PostgresqlResult>create(sink -> execute(sql, parameters, sink));
                }
                default -> {}
            }
            return self;
        });
    }

    private void execute(String sql, List<@Nullable Parameter> parameters, FluxSink<PostgresqlResult> sink) {
        sent.add(sql);
        bound.add(parameters);
        channel.writeOutbound(Unpooled.buffer().writeByte('S').writeInt(4));
        Queue<Reply> replies = script.get(sql.replaceAll("/\\*\\d+\\*/$", ""));
        Reply reply = replies == null ? Reply.tag(sql) : replies.remove();
        Runnable answer = () -> play(sql, reply, sink);
        if (reply.held()) {
            held.add(answer);
        } else {
            answer.run();
        }
    }

    private void play(String sql, Reply reply, FluxSink<PostgresqlResult> sink) {
        if (reply.dead()) {
            channel.close();
            sink.error(new R2dbcNonTransientResourceException("closed"));
            return;
        }
        reply.notices().forEach(message -> frame('N', fields(List.of("SNOTICE", "C00000", "M" + message))));
        if (!reply.error().isEmpty()) {
            frame('E', fields(reply.error()));
            status = status == 'I' ? 'I' : 'E';
            sink.error(new R2dbcBadGrammarException("scripted"));
        } else {
            describe(reply.row().size());
            sink.next(result(reply.row()));
            boolean failed = status == 'E';
            status = sql.equals("BEGIN") ? 'T' : sql.equals("COMMIT") || sql.equals("ROLLBACK") ? 'I' : status;
            frame('C', text(failed && sql.equals("COMMIT") ? "ROLLBACK" : reply.tag()));
            sink.complete();
        }
        frame('Z', Unpooled.buffer().writeByte(status));
    }

    private void describe(int columns) {
        if (columns > 0) {
            ByteBuf out = Unpooled.buffer().writeShort(columns);
            for (int i = 0; i < columns; i++) {
                out.writeBytes(text("c" + i))
                        .writeInt(0)
                        .writeShort(0)
                        .writeInt(TEXT)
                        .writeShort(-1);
                out.writeInt(-1).writeShort(0);
            }
            frame('T', out);
        }
    }

    private static PostgresqlResult result(List<String> values) {
        Row row = proxy(
                Row.class,
                (self, method, arguments) -> WireCodec.INSTANCE.decode(
                        Unpooled.copiedBuffer(values.get((Integer) arguments[0]), StandardCharsets.UTF_8),
                        TEXT,
                        Format.FORMAT_TEXT,
                        Cell.class));
        return proxy(
                PostgresqlResult.class,
                (self, method, arguments) -> values.isEmpty() ? Flux.empty() : Flux.just(mapped(row, arguments[0])));
    }

    @SuppressWarnings("unchecked")
    private static Object mapped(Row row, Object mapper) {
        return ((BiFunction<Row, @Nullable Object, Object>) mapper).apply(row, null);
    }

    private void frame(char type, ByteBuf body) {
        channel.writeInbound(Unpooled.buffer()
                .writeByte(type)
                .writeInt(body.readableBytes() + 4)
                .writeBytes(body));
        channel.releaseInbound();
    }

    private static ByteBuf fields(List<String> fields) {
        ByteBuf out = Unpooled.buffer();
        fields.forEach(field -> out.writeBytes(text(field)));
        return out.writeByte(0);
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text + "\0", StandardCharsets.UTF_8);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
