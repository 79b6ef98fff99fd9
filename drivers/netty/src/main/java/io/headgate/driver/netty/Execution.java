package io.headgate.driver.netty;

import io.headgate.core.ServerNotice;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.MonoSink;

/**
 * One statement, or a batch, on its way: its parameter types found, written, answered; and sent once more when its prepared form
 * had gone stale, no transaction is open, and it took no effect. Confined to the connection's event loop but for its start and
 * cancellation.
 */
final class Execution implements Described {

    private static final Logger logger = LoggerFactory.getLogger(Execution.class);

    /** The first, and two more for a schema that changes again meanwhile. */
    private static final int MOST_ATTEMPTS = 3;

    /** A set of a batch may need a form of its own; values that fit no description given just before are wrong. */
    private static final int MOST_DESCRIPTIONS = 4;

    private final NettyConnection connection;
    private final SqlStatement statement;
    private final MonoSink<SqlResult> sink;
    private final List<List<@Nullable Object>> sets;
    private final long started = System.nanoTime();
    private volatile boolean cancelled;

    private @Nullable KnownStatement known;
    private @Nullable Transaction transaction;
    private int attempts;
    private int descriptions;
    private boolean alone;

    /** The Parses that were written and not answered; what is unnamed is nothing to confirm. */
    private final ArrayDeque<Optional<Prepared>> parses = new ArrayDeque<>(2);

    private @Nullable Prepared prepared;
    private @Nullable Columns expected;
    private @Nullable Execution describedBy;
    private Columns columns = Columns.NONE;
    private boolean bound;
    private boolean copying;
    private List<SqlRow> rows = List.of();
    private List<Long> counts = List.of();
    private List<Integer> sizes = List.of();
    private long count;
    private int answered;
    private @Nullable ResultSize size;
    private @Nullable List<ServerNotice> notices;

    Execution(NettyConnection connection, SqlStatement statement, MonoSink<SqlResult> sink) {
        this.connection = connection;
        this.statement = statement;
        this.sink = sink;
        this.sets = statement.isBatch() ? statement.parameterSets() : List.of(statement.parameters());
    }

    void start() {
        sink.onCancel(() -> cancelled = true);
        try {
            CopyGuard.check(statement.text());
        } catch (HeadgateException badInput) {
            sink.error(badInput);
            connection.completed(statement, started, badInput);
            return;
        }
        connection.begun();
        connection.wire().ask(this);
    }

    @Override
    public void run(Turn turn) {
        if (cancelled) {
            connection.ended();
            return;
        }
        KnownStatement text = connection.known(statement.text());
        known = text;
        transaction = connection.transaction();
        List<@Nullable Object> unfit = valuesWithoutTypes(text);
        if (unfit != null) {
            if (++descriptions > MOST_DESCRIPTIONS) {
                finish(Values.unfit(statement.text()));
            } else {
                Description.ask(connection, this, text, unfit, turn);
            }
            return;
        }
        String opening = connection.takeOpening();
        boolean shares = opening == null && !alone && transaction == null && !statement.isBatch() && text.joinsGroup();
        Group group = shares ? turn.openGroup() : null;
        if (group == null) {
            group = turn.begin(shares);
        }
        ByteBuf out = turn.out();
        if (opening != null) {
            group.open(opening, connection, out);
        }
        int start = out.writerIndex();
        try {
            write(text, group, out);
            group.add(this);
        } catch (HeadgateException badInput) {
            out.writerIndex(start);
            forgetUnconfirmed();
            finish(badInput);
        }
        if (!shares) {
            turn.end();
        }
    }

    private @Nullable List<@Nullable Object> valuesWithoutTypes(KnownStatement text) {
        for (List<@Nullable Object> set : sets) {
            if (text.typesFor(set) == null) {
                return set;
            }
        }
        return connection.writesDatesAsIso() || text.columns() != null ? null : sets.get(0);
    }

    private void write(KnownStatement text, Group group, ByteBuf out) {
        attempts++;
        ParameterTypes last = null;
        for (List<@Nullable Object> set : sets) {
            ParameterTypes types = text.typesFor(set);
            if (types == null) {
                throw new IllegalStateException("types were forgotten within a turn");
            }
            if (last == null || !last.equals(types)) {
                prepare(text, types, group, out);
            }
            Prepared named = prepared;
            byte[] name = named == null ? Frontend.NO_NAME : named.name();
            if (last == null) {
                expected = named != null && named.columns() != null ? named.columns() : text.columns();
            }
            Values.bind(
                    out,
                    Frontend.NO_NAME,
                    name,
                    types,
                    set,
                    expected,
                    connection.settings().maxValueBytes());
            if (last == null && !isDescribed(group)) {
                Frontend.describePortal(out, Frontend.NO_NAME);
            }
            Frontend.execute(out, Frontend.NO_NAME, 0);
            last = types;
        }
    }

    private void prepare(KnownStatement text, ParameterTypes types, Group group, ByteBuf out) {
        boolean keeps = connection.keepsNames() && !text.goesUnnamed();
        int before = out.writerIndex();
        Prepared named = keeps ? connection.prepared().use(text, types.types(), group, out) : null;
        if (named == null) {
            Frontend.parse(out, Frontend.NO_NAME, text.utf8(), types.types());
            parses.add(Optional.empty());
        } else if (out.writerIndex() > before) {
            parses.add(Optional.of(named));
        }
        prepared = named;
    }

    /** Whether the answer's columns are known: straight from a server that checks them, or from a read before it in the group. */
    private boolean isDescribed(Group group) {
        Prepared named = prepared;
        if (named == null || statement.isBatch()) {
            return false;
        }
        Columns last = named.columns();
        if (named.isConfirmed()
                && last != null
                && last.cameAsAskedFor()
                && !connection.server().pooled()) {
            return true;
        }
        for (Execution earlier : group.members()) {
            if (earlier.prepared == named) {
                describedBy = earlier;
                return true;
            }
        }
        return false;
    }

    /** Takes a message of the answer; true when it is complete. */
    boolean receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.DATA_ROW -> row(in, index, length);
            case Backend.BIND_COMPLETE -> {
                bound = true;
                columns = columnsAssumed();
            }
            case Backend.ROW_DESCRIPTION -> described(in, index, length);
            case Backend.NO_DATA -> described(Columns.NONE);
            case Backend.COMMAND_COMPLETE -> {
                return counted(Backend.count(in, index, length));
            }
            case Backend.EMPTY_QUERY -> {
                return counted(0);
            }
            case Backend.PARSE_COMPLETE -> {
                Optional<Prepared> parsed = parses.poll();
                if (parsed != null) {
                    parsed.ifPresent(Prepared::confirm);
                }
            }
            case Backend.CLOSE_COMPLETE, Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT -> {}
            case Backend.COPY_IN -> refuseCopy();
            default -> throw new DecoderException("a message of type " + (char) type + " in the answer to a statement");
        }
        return false;
    }

    private Columns columnsAssumed() {
        Execution earlier = describedBy;
        if (earlier != null) {
            return earlier.columns;
        }
        Prepared named = prepared;
        Columns known = named == null ? null : named.columns();
        return known == null ? Columns.NONE : known;
    }

    private void described(ByteBuf in, int index, int length) {
        Columns before = expected;
        described(before != null && before.isDescribedBy(in, index, length) ? before : Columns.of(in, index, length));
    }

    private void described(Columns now) {
        columns = now;
        Prepared named = prepared;
        if (named != null) {
            named.columns(now);
        }
        KnownStatement text = known;
        if (text != null && text.columns() != now) {
            text.columns(now);
        }
    }

    private void row(ByteBuf in, int index, int length) {
        ResultSize counted = size;
        if (counted == null) {
            counted = new ResultSize(connection.settings().resultLimit());
            size = counted;
        }
        if (!counted.add(length)) {
            rows = List.of();
            return;
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        if (!NettyRow.isSound(bytes, columns.size())) {
            throw new DecoderException("a row that does not fit its " + columns.size() + " columns");
        }
        if (rows.isEmpty()) {
            rows = new ArrayList<>(1);
        }
        rows.add(new NettyRow(bytes, columns));
    }

    private boolean counted(long touched) {
        count += touched;
        if (statement.isBatch()) {
            if (answered == 0) {
                counts = new ArrayList<>(sets.size());
                sizes = new ArrayList<>(sets.size());
            }
            counts.add(touched);
            int before = 0;
            for (int each : sizes) {
                before += each;
            }
            sizes.add(rows.size() - before);
        }
        answered++;
        return answered == sets.size();
    }

    /** A COPY that the text did not show, as by a rule: the server waits for data. Sync was passed over as part of it. */
    private void refuseCopy() {
        if (!copying) {
            copying = true;
            ByteBuf out = connection.wire().buffer(64);
            Frontend.copyFail(out, "COPY FROM STDIN is no statement; use copyIn");
            Frontend.sync(out);
            connection.wire().write(out);
        }
    }

    void noted(ServerError notice) {
        List<ServerNotice> said = notices;
        if (said == null) {
            said = new ArrayList<>();
            notices = said;
        }
        if (said.size() < ServerNotice.MAX_PER_STATEMENT) {
            said.add(new ServerNotice(
                    notice.severity(), notice.sqlState(), notice.message(), notice.detail(), notice.hint()));
        }
    }

    /** The server has answered, and what it did holds. */
    void succeeded() {
        Transaction own = transaction;
        if (own != null && connection.wire().status() == 'I') {
            own.endUnasked();
        }
        ResultSize counted = size;
        if (counted != null && counted.isExceeded()) {
            finish(counted.error(statement, own != null));
            return;
        }
        SqlResult result = result();
        connection.ended();
        tell(() -> sink.success(result));
        connection.completed(statement, started, null);
    }

    /** What a caller throws is no matter of the connection, nor of those who wait behind. */
    private void tell(Runnable end) {
        try {
            end.run();
        } catch (Throwable thrown) {
            logger.error("a caller threw when it was told of the end of its statement", thrown);
        }
    }

    private SqlResult result() {
        List<ServerNotice> said = notices == null ? List.of() : List.copyOf(notices);
        SqlResult result = statement.isBatch()
                ? SqlResult.ofBatch(rows, columns.metadata(), counts, sizes)
                : new SqlResult(immutable(rows), columns.metadata(), count);
        return result.notices(said);
    }

    private static List<SqlRow> immutable(List<SqlRow> rows) {
        return List.copyOf(rows);
    }

    /** Runs again by itself what was in a group that failed. */
    void runAlone(boolean failed) {
        alone = true;
        KnownStatement text = known;
        if (failed && text != null) {
            text.failedInGroup();
        }
        again();
    }

    private void again() {
        rows = List.of();
        counts = List.of();
        sizes = List.of();
        count = 0;
        answered = 0;
        size = null;
        notices = null;
        bound = false;
        describedBy = null;
        prepared = null;
        connection.wire().ask(this);
    }

    /** Statements whose Parse the server did not come to. */
    void forgetUnconfirmed() {
        Optional<Prepared> each;
        while ((each = parses.poll()) != null) {
            each.ifPresent(connection.prepared()::forget);
        }
    }

    /**
     * The server answered with an error.
     *
     * @param beforeIt whether it was the BEGIN before the statement that failed
     */
    @Override
    public void failed(ServerError error, boolean beforeIt) {
        HeadgateException failure = connection.failure(error, statement.text(), transaction);
        if (beforeIt || copying) {
            finish(failure);
            return;
        }
        boolean stale = StaleStatements.isStale(failure);
        boolean outdated = stale || (!bound && Outdated.says(error));
        if (!outdated) {
            finish(failure);
            return;
        }
        Prepared named = prepared;
        if (named != null) {
            connection.prepared().forget(named);
        }
        KnownStatement text = known;
        boolean hadTypes = text != null && !sets.get(0).isEmpty();
        if (text != null) {
            if (transaction != null && Outdated.isShape(error)) {
                text.goUnnamed();
            } else {
                text.forgetTypes();
                String sent = text.sql();
                connection.texts().renew(statement.text(), sent);
            }
        }
        boolean repeats = transaction == null
                && attempts < MOST_ATTEMPTS
                && !cancelled
                && failure.outcome() == Outcome.NOT_EXECUTED;
        if (repeats && (stale || (hadTypes && descriptions == 0))) {
            connection.healed(statement, error.sqlState());
            again();
        } else if (stale) {
            finish(StaleStatements.unhealed((DatabaseException) failure, transaction != null));
        } else {
            finish(failure);
        }
    }

    /** The connection was lost. */
    @Override
    public void lost(@Nullable ServerError fatal, String why, boolean sent) {
        String sql = statement.text();
        finish(connection.lost(fatal, why, sql, transaction, sent));
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        lost(fatal, why, false);
    }

    /** Ends it with an error. Runs the caller's code. */
    @Override
    public void finish(HeadgateException failure) {
        connection.ended();
        if (!cancelled) {
            // Reactor would log what nobody waits for
            tell(() -> sink.error(failure));
        }
        connection.completed(statement, started, failure);
    }
}
