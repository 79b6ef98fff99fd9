package io.headgate.driver.netty;

import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests a statement's parameter types and columns before the statement is sent. Meanwhile the connection sends nothing else, so the
 * order of statements stays.
 *
 * <p>A {@link Question} says what each request declares, and whether another one follows a refusal. Inside a transaction the requests run
 * in a savepoint, because a refusal aborts the transaction.
 */
final class Description extends SyncUnit {

    private static final String SAVEPOINT = "headgate_describe";

    private final NettyConnection connection;
    private final DescribedTask execution;
    private final KnownStatement statement;
    private final List<@Nullable Object> values;
    private final boolean inSavepoint;

    private final Question question;
    private int[] types = {};
    private Columns columns = Columns.NONE;
    private @Nullable ServerError error;

    private Description(
            NettyConnection connection,
            DescribedTask execution,
            KnownStatement statement,
            List<@Nullable Object> values,
            boolean inSavepoint,
            Question question) {
        this.connection = connection;
        this.execution = execution;
        this.statement = statement;
        this.values = values;
        this.inSavepoint = inSavepoint;
        this.question = question;
    }

    /** Sends the first request in this turn. After the answer, the execution runs again. */
    static void request(
            NettyConnection connection,
            DescribedTask execution,
            KnownStatement statement,
            List<@Nullable Object> values,
            SendBuffer buffer) {
        Wire wire = connection.wire();
        // while BEGIN is pending, the request runs outside the transaction
        boolean inSavepoint = connection.transactions().current() != null
                && !connection.transactions().hasPendingBegin();
        wire.pause();
        if (inSavepoint) {
            buffer.expect(new IgnoredAnswer());
            Frontend.query(buffer.out(), "SAVEPOINT " + SAVEPOINT);
        }
        Description first = new Description(connection, execution, statement, values, inSavepoint, Question.FIRST);
        buffer.expect(first);
        first.write(buffer.out());
    }

    private void write(ByteBuf out) {
        Frontend.parse(out, Frontend.NO_NAME, statement.utf8(), question.declared());
        Frontend.describeStatement(out, Frontend.NO_NAME);
        Frontend.sync(out);
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.PARAMETER_DESCRIPTION -> types = types(in, index, length);
            case Backend.ROW_DESCRIPTION -> columns = Columns.of(in, index, length);
            case Backend.ERROR -> error = Backend.error(in, index, length);
            default -> {}
        }
    }

    private static int[] types(ByteBuf in, int index, int length) {
        int count = length < 2 ? 0 : in.getUnsignedShort(index);
        if (length != 2 + 4 * count) {
            throw new DecoderException("a description of " + count + " parameters in " + length + " bytes");
        }
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = in.getInt(index + 2 + 4 * i);
        }
        return types;
    }

    @Override
    void done() {
        ServerError refused = error;
        if (refused == null) {
            described();
            return;
        }
        int[] inferred = question.typesIfRefused();
        Question next;
        try {
            next = inferred == null ? question.afterRefusal(refused, values) : null;
        } catch (Throwable thrown) {
            // thrown by a value's own code
            rollBack();
            connection.wire().resume(null);
            execution.finish(StatementChecks.encodingFailed(thrown, statement.sql()));
            return;
        }
        if (inferred != null) {
            rollBack();
            learn(new ParameterTypes(inferred, new int[inferred.length], true));
        } else if (next != null) {
            rollBack();
            request(next);
        } else {
            connection.wire().resume(null);
            execution.failed(question.refusal(refused), false);
        }
    }

    private void described() {
        if (types.length != values.size()) {
            release();
            connection.wire().resume(null);
            execution.finish(StatementChecks.wrongCount(statement.sql(), types.length, values.size()));
            return;
        }
        int[] declare;
        try {
            declare = question.isFirst() ? ParameterTypes.declarations(types, values) : null;
        } catch (Throwable thrown) {
            // thrown by a value's own code
            release();
            connection.wire().resume(null);
            execution.finish(StatementChecks.encodingFailed(thrown, statement.sql()));
            return;
        }
        statement.columns(columns);
        if (declare != null) {
            request(Question.ofValues(declare, types));
            return;
        }
        learn(new ParameterTypes(types, Arrays.copyOf(question.declared(), types.length), false));
    }

    private void learn(ParameterTypes form) {
        HeadgateException unfit = Values.check(form, values, statement.sql());
        if (unfit == null) {
            statement.learn(form);
            execution.described(form);
        }
        release();
        connection.wire().resume(unfit == null ? execution : null);
        if (unfit != null) {
            execution.finish(unfit);
        }
    }

    private void request(Question next) {
        Description further = new Description(connection, execution, statement, values, inSavepoint, next);
        ByteBuf out = connection.wire().buffer(256);
        further.write(out);
        connection.wire().expect(further);
        connection.wire().write(out);
    }

    private void release() {
        if (inSavepoint) {
            send("RELEASE SAVEPOINT " + SAVEPOINT);
        }
    }

    private void rollBack() {
        if (inSavepoint) {
            send("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
        }
    }

    private void send(String sql) {
        ByteBuf out = connection.wire().buffer(64);
        Frontend.query(out, sql);
        connection.wire().expect(new IgnoredAnswer());
        connection.wire().write(out);
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        execution.lost(fatal, why, false);
    }

    /** A command whose answer is ignored: if it fails, the next command fails too. */
    static final class IgnoredAnswer extends SyncUnit {

        @Override
        void receive(byte type, ByteBuf in, int index, int length) {}

        @Override
        void done() {}

        @Override
        void lost(@Nullable ServerError fatal, String why, boolean sent) {}
    }

    @Override
    public String toString() {
        return "Description" + Arrays.toString(types);
    }
}
