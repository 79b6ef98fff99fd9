package io.headgate.driver.netty;

import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.Login.BackendKey;
import io.headgate.driver.netty.Login.Refused;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a new connection leads to a pooler, and whether prepared statements survive there.
 *
 * <p>A pooler is certain when the process id of the wire differs from the backend's. The second test runs in a transaction, which pins one
 * server connection: it prepares a statement and reads the statement's name at the server. A pooler that tracks statements (PgBouncer from
 * 1.21 with {@code max_prepared_statements} over 0) gives them its own names; any other passes the name on.
 */
final class ServerProbe {

    private static final byte[] NAME = "h0".getBytes(StandardCharsets.US_ASCII);
    private static final String SERVER =
            "SELECT pg_backend_pid(), current_setting('server_version_num'), pg_catalog.pg_is_in_recovery(),"
                    + " current_setting('extra_float_digits')::int < 1";
    private static final String PASSED_ON = "SELECT EXISTS (SELECT FROM pg_prepared_statements"
            + " WHERE name = 'h0' AND statement LIKE '%headgate probe%') /* headgate probe */";

    /**
     * The result.
     *
     * @param roundsFloats whether the server rounds numbers with a fraction when it writes them as text, as before PostgreSQL 12
     */
    record Known(ServerInfo server, boolean roundsFloats) {}

    private final Wire wire;
    private final BackendKey key;
    private final Consumer<Known> whenKnown;
    private final Consumer<Throwable> whenFailed;
    private boolean roundsFloats;

    ServerProbe(Wire wire, BackendKey key, Consumer<Known> whenKnown, Consumer<Throwable> whenFailed) {
        this.wire = wire;
        this.key = key;
        this.whenKnown = whenKnown;
        this.whenFailed = whenFailed;
    }

    private Known known(int version, boolean pooled, boolean namedStatements, boolean inRecovery) {
        return new Known(
                ServerInfo.of(version)
                        .pooled(pooled)
                        .namedStatements(namedStatements)
                        .inRecovery(inRecovery),
                roundsFloats);
    }

    /** Starts the probe. Runs on the event loop. */
    void start() {
        send(out -> Frontend.query(out, SERVER), answer -> {
            if (answer.error != null || answer.values.size() != 4) {
                whenFailed.accept(answer.failure());
                return;
            }
            int version = Integer.parseInt(answer.values.get(1));
            boolean inRecovery = answer.values.get(2).equals("t");
            roundsFloats = answer.values.get(3).equals("t");
            if (Integer.parseInt(answer.values.get(0)) == key.processId()) {
                whenKnown.accept(known(version, false, true, inRecovery));
            } else {
                named(version, inRecovery);
            }
        });
    }

    private void named(int version, boolean inRecovery) {
        send(
                out -> {
                    Frontend.statement(out, "BEGIN");
                    Frontend.parse(out, NAME, PASSED_ON.getBytes(StandardCharsets.US_ASCII), new int[0]);
                    int start = Frontend.beginBind(out, Frontend.NO_NAME, NAME, 0);
                    out.writeShort(0).writeShort(0);
                    Frontend.end(out, start);
                    Frontend.execute(out, Frontend.NO_NAME, 0);
                    Frontend.closeStatement(out, NAME);
                    Frontend.sync(out);
                },
                answer -> send(out -> Frontend.query(out, "ROLLBACK"), ended -> {
                    ServerError error = answer.error;
                    if (error == null && answer.values.size() == 1) {
                        whenKnown.accept(
                                known(version, true, answer.values.get(0).equals("f"), inRecovery));
                    } else if (error != null && isTaken(error)) {
                        whenKnown.accept(known(version, true, false, inRecovery));
                    } else {
                        whenFailed.accept(answer.failure());
                    }
                }));
    }

    /** Whether the server connection has another client's statement of that name: the pooler passes names on, and they stay. */
    private static boolean isTaken(ServerError error) {
        return error.sqlState().equals("42P05") || error.sqlState().equals("26000");
    }

    private void send(Consumer<ByteBuf> message, Consumer<Answer> whenDone) {
        wire.expect(new Answer(whenDone));
        ByteBuf out = wire.buffer(512);
        message.accept(out);
        wire.write(out);
    }

    /** Collects the values of all rows, as text. */
    private final class Answer extends SyncUnit {

        private final Consumer<Answer> whenDone;
        private final List<String> values = new ArrayList<>();
        private @Nullable ServerError error;

        Answer(Consumer<Answer> whenDone) {
            this.whenDone = whenDone;
        }

        @Override
        void receive(byte type, ByteBuf in, int index, int length) {
            if (type == Backend.ERROR) {
                error = Backend.error(in, index, length);
            } else if (type == Backend.DATA_ROW) {
                int at = index + 2;
                for (int i = in.getUnsignedShort(index); i > 0; i--) {
                    int size = in.getInt(at);
                    if (size < 0 || size > index + length - at - 4) {
                        throw new DecoderException("a value of " + size + " bytes in the answer to a probe");
                    }
                    values.add(in.toString(at + 4, size, StandardCharsets.US_ASCII));
                    at += 4 + size;
                }
            }
        }

        @Override
        void done() {
            whenDone.accept(this);
        }

        Throwable failure() {
            ServerError refused = error;
            return refused == null
                    ? new IOException("unexpected answer to the probe: " + values)
                    : new Refused(refused);
        }

        @Override
        void lost(@Nullable ServerError fatal, String why, boolean sent) {
            whenFailed.accept(fatal == null ? new IOException(why) : new Refused(fatal));
        }
    }
}
