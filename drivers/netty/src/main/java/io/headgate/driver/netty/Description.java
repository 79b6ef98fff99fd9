package io.headgate.driver.netty;

import io.headgate.core.driver.text.TypeIds;
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
 * Asks the server for a statement's parameter types and columns before it is sent for the first time. Meanwhile the connection
 * sends nothing else, so that the order of statements stays.
 *
 * <p>It asks once more, with the types of the values themselves, when the server can infer none, or infers text for a value that
 * is none: {@code SELECT $1 < $2} would compare numbers as texts. A null of no type is declared only when even that does not do, as
 * each of some types in turn. Inside a transaction a refusal would abort it, so there the first question stands in a savepoint.
 */
final class Description extends Unit {

    private static final String SAVEPOINT = "headgate_describe";

    private static final int JSONB = 3802;

    private static final String INDETERMINATE = "42P18";

    /** Of a parameter whose type the server finds after it has met it without: {@code $1 IS NULL OR id = $1}. */
    private static final String AMBIGUOUS = "42P08";

    /** What a null may be, one of each family of types that PostgreSQL compares with one another. */
    private static final int[] OF_NULLS = {
        ParameterTypes.TEXT,
        TypeIds.INT8,
        TypeIds.TIMESTAMPTZ,
        TypeIds.UUID,
        TypeIds.BOOL,
        JSONB,
        TypeIds.BYTEA,
        TypeIds.INTERVAL,
        TypeIds.TIME
    };

    private final NettyConnection connection;
    private final Described execution;
    private final KnownStatement statement;
    private final List<@Nullable Object> values;
    private final boolean inSavepoint;

    /** What is declared in this question, and the types of the first one when this is the second. */
    private final int @Nullable [] declared;

    private final int @Nullable [] inferred;

    /** How many types were tried for nulls, and the refusal that is told when none does. */
    private int tried;

    private @Nullable ServerError unresolved;
    private int[] types = {};
    private Columns columns = Columns.NONE;
    private @Nullable ServerError error;

    private Description(
            NettyConnection connection,
            Described execution,
            KnownStatement statement,
            List<@Nullable Object> values,
            boolean inSavepoint,
            int @Nullable [] declared,
            int @Nullable [] inferred) {
        this.connection = connection;
        this.execution = execution;
        this.statement = statement;
        this.values = values;
        this.inSavepoint = inSavepoint;
        this.declared = declared;
        this.inferred = inferred;
    }

    /** Asks in this turn; the execution comes next when the answer is there. */
    static void ask(
            NettyConnection connection,
            Described execution,
            KnownStatement statement,
            List<@Nullable Object> values,
            Turn turn) {
        Wire wire = connection.wire();
        // a BEGIN that was not sent leaves the question outside
        boolean inSavepoint = connection.transaction() != null && !connection.isOpening();
        wire.pause();
        if (inSavepoint) {
            turn.expect(new Said());
            Frontend.query(turn.out(), "SAVEPOINT " + SAVEPOINT);
        }
        Description first = new Description(connection, execution, statement, values, inSavepoint, null, null);
        turn.expect(first);
        first.write(turn.out());
    }

    private void write(ByteBuf out) {
        int[] given = declared;
        Frontend.parse(out, Frontend.NO_NAME, statement.utf8(), given == null ? new int[0] : given);
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
        int[] first = inferred;
        int[] given = declared;
        if (refused == null) {
            described();
        } else if (first != null) {
            // the server takes a text there and nothing else
            rollBack();
            learn(new ParameterTypes(first, new int[first.length], true));
        } else if (given == null && isUndetermined(refused)) {
            rollBack();
            again(ParameterTypes.natural(values, ParameterTypes.UNDECLARED), null);
        } else if (given != null && mayBeForANull(refused)) {
            rollBack();
            Description next = new Description(
                    connection,
                    execution,
                    statement,
                    values,
                    inSavepoint,
                    ParameterTypes.natural(values, OF_NULLS[tried]),
                    null);
            next.tried = tried + 1;
            next.unresolved = unresolved == null ? refused : unresolved;
            ask(next);
        } else {
            connection.wire().resume(null);
            execution.failed(unresolved == null ? refused : unresolved, false);
        }
    }

    /** Whether the server may take another type for a null that was bound without one. */
    private boolean mayBeForANull(ServerError refused) {
        boolean open = tried > 0
                ? isUndetermined(refused)
                : refused.sqlState().equals(INDETERMINATE) || refused.sqlState().equals(AMBIGUOUS);
        return open && tried < OF_NULLS.length && values.contains(null);
    }

    private void described() {
        int[] given = declared;
        if (types.length != values.size()) {
            release();
            connection.wire().resume(null);
            execution.finish(Values.wrongCount(statement.sql(), types.length, values.size()));
            return;
        }
        int[] declare;
        try {
            declare = given == null ? ParameterTypes.declarations(types, values) : null;
        } catch (Throwable thrown) {
            // a value's own code
            release();
            connection.wire().resume(null);
            execution.finish(Values.unwritable(thrown, statement.sql()));
            return;
        }
        if (declare != null) {
            again(declare, types);
            return;
        }
        int[] kept = new int[types.length];
        if (given != null) {
            System.arraycopy(given, 0, kept, 0, Math.min(given.length, kept.length));
        }
        statement.columns(columns);
        learn(new ParameterTypes(types, kept, false));
    }

    private void learn(ParameterTypes form) {
        HeadgateException unfit = Values.check(form, values, statement.sql());
        if (unfit == null) {
            statement.learn(form);
        }
        release();
        connection.wire().resume(unfit == null ? execution : null);
        if (unfit != null) {
            execution.finish(unfit);
        }
    }

    private void again(int[] declare, int @Nullable [] before) {
        ask(new Description(connection, execution, statement, values, inSavepoint, declare, before));
    }

    private void ask(Description further) {
        ByteBuf out = connection.wire().buffer(256);
        further.write(out);
        connection.wire().expect(further);
        connection.wire().write(out);
    }

    private void release() {
        if (inSavepoint) {
            say("RELEASE SAVEPOINT " + SAVEPOINT);
        }
    }

    private void rollBack() {
        if (inSavepoint) {
            say("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
        }
    }

    private void say(String sql) {
        ByteBuf out = connection.wire().buffer(64);
        Frontend.query(out, sql);
        connection.wire().expect(new Said());
        connection.wire().write(out);
    }

    /** Whether the types of the values themselves may help: indeterminate, ambiguous, no such function or operator. */
    private static boolean isUndetermined(ServerError error) {
        return switch (error.sqlState()) {
            case "42P18", "42P08", "42725", "42883", "42804", "42846" -> true;
            default -> false;
        };
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        execution.lost(fatal, why, false);
    }

    /** A command whose answer is of no interest: if it fails, so does what follows. */
    static final class Said extends Unit {

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
