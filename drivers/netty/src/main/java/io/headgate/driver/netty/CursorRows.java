package io.headgate.driver.netty;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion.Preparation;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Reads a portal by one fetch at a time, on demand. Emits one list for each fetch; the caller flattens them and requests one list at a
 * time.
 *
 * <p>Runs on the event loop: demand and cancellation are tasks of the wire, as the fetches are. The portal is closed, or gone with a
 * failed statement, before the connection counts as idle. Each stream prepares its statement anew.
 */
final class CursorRows implements DescribedTask {

    private enum State {
        /** Nothing has been sent. */
        NEW,
        /** A fetch is under way. */
        FETCHING,
        /** More rows exist; there is no demand for them. */
        WAITING,
        /** The server has no portal, or will lose it with the transaction. */
        ENDED
    }

    private final NettyConnection connection;
    private final SqlStatement query;
    private final FluxSink<List<SqlRow>> sink;
    private final byte[] portal;
    private final Observation observation;
    private State state = State.NEW;
    private boolean disposed;
    private boolean released;
    private int descriptions;

    /** The types of this stream's own description. Another caller may since have stored other types, as under another search path. */
    private @Nullable ParameterTypes ownTypes;

    private Columns columns = Columns.NONE;
    private @Nullable KnownStatement known;
    private @Nullable Transaction transaction;
    private volatile @Nullable HeadgateException failure;

    CursorRows(NettyConnection connection, SqlStatement query, FluxSink<List<SqlRow>> sink) {
        this.connection = connection;
        this.query = query;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.STREAM, query, sink.contextView());
        this.portal = ("p" + connection.nextPortal()).getBytes(StandardCharsets.US_ASCII);
    }

    void start() {
        try {
            StatementChecks.refuseCopy(query, "load data by copyIn, unload it by copyOut");
        } catch (HeadgateException badInput) {
            failure = badInput;
            observation.failed(badInput);
            sink.error(badInput);
            observation.ended(badInput);
            return;
        }
        connection.begun();
        connection.wire().enqueue(this);
        sink.onRequest(demand -> connection.wire().enqueue(new Step(this::demanded)));
        sink.onDispose(() -> connection.wire().enqueue(new Step(this::disposed)));
    }

    /** A demand or a cancellation as a task. The first step that is refused ends the stream. */
    private final class Step implements WireTask {

        private final Consumer<SendBuffer> step;

        Step(Consumer<SendBuffer> step) {
            this.step = step;
        }

        @Override
        public void run(SendBuffer buffer) {
            step.accept(buffer);
        }

        @Override
        public void refuse(@Nullable ServerError fatal, String why) {
            lost(fatal, why, true);
        }
    }

    @Override
    public void run(SendBuffer buffer) {
        if (disposed) {
            release();
            return;
        }
        KnownStatement text = connection.known(query, known);
        known = text;
        Transaction own = connection.transactions().current();
        transaction = own;
        if (own != null && query.facts().effect() != Effect.NONE) {
            own.mayWrite();
        }
        ParameterTypes types;
        try {
            types = types(text);
        } catch (Throwable thrown) {
            finish(StatementChecks.encodingFailed(thrown, query.text()));
            return;
        }
        if (types == null || (text.columns() == null && !connection.writesReadableText())) {
            if (descriptions++ > 0) {
                finish(Values.unfit(query.text()));
            } else {
                Description.request(connection, this, text, query.parameters(), buffer);
            }
            return;
        }
        buffer.end();
        ByteBuf out = buffer.out();
        int start = out.writerIndex();
        String begin = connection.transactions().takePendingBegin();
        try {
            if (begin != null) {
                Frontend.statement(out, begin);
            }
            Frontend.parse(out, Frontend.NO_NAME, text.utf8(), types.types());
            Values.bind(
                    out,
                    portal,
                    Frontend.NO_NAME,
                    types,
                    query.parameters(),
                    // outdated formats would abort the transaction
                    connection.writesReadableText() ? null : text.columns(),
                    connection.settings().maxValueBytes());
        } catch (Throwable thrown) {
            out.writerIndex(start);
            if (begin != null) {
                // BEGIN goes before the next statement
                connection.transactions().deferBegin(begin);
            }
            finish(StatementChecks.encodingFailed(thrown, query.text()));
            return;
        }
        Frontend.describePortal(out, portal);
        Frontend.execute(out, portal, query.fetchSize());
        Frontend.sync(out);
        buffer.expect(new Fetch(begin));
        if (begin != null) {
            // a statement behind the Sync of a failed BEGIN would run outside the transaction
            connection.wire().pause();
        }
        state = State.FETCHING;
    }

    private @Nullable ParameterTypes types(KnownStatement text) {
        ParameterTypes own = ownTypes;
        if (own != null && own.accept(query.parameters(), true)) {
            return own;
        }
        boolean mustDescribe =
                text.typesDependOnTransaction() && !query.parameters().isEmpty();
        return mustDescribe ? null : text.typesFor(query.parameters());
    }

    @Override
    public void described(ParameterTypes form) {
        ownTypes = form;
    }

    private void demanded(SendBuffer buffer) {
        if (state == State.WAITING && !disposed && sink.requestedFromDownstream() > 0) {
            fetching();
            buffer.expect(new Fetch(null));
            Frontend.execute(buffer.out(), portal, query.fetchSize());
            Frontend.sync(buffer.out());
        }
    }

    private void disposed(SendBuffer buffer) {
        if (disposed) {
            return;
        }
        disposed = true;
        observation.ended(failure);
        if (state == State.FETCHING) {
            // fetched() closes the portal
            return;
        }
        if (state == State.WAITING) {
            close(buffer);
        }
        release();
    }

    private void fetching() {
        state = State.FETCHING;
        connection.wire().unwatch(this);
    }

    private void ended() {
        state = State.ENDED;
        connection.wire().unwatch(this);
    }

    private void close(SendBuffer buffer) {
        ended();
        buffer.expect(new Description.IgnoredAnswer());
        Frontend.closePortal(buffer.out(), portal);
        Frontend.sync(buffer.out());
    }

    private void release() {
        if (!released) {
            released = true;
            connection.ended();
        }
    }

    private void fetched(List<SqlRow> page, boolean more, String tag) {
        if (!more && !disposed && observation.wantsCompletion()) {
            observation.completed(connection.completion().commandTag(tag).preparation(Preparation.UNNAMED));
        }
        if (more) {
            state = State.WAITING;
            // no answer is due, so only this reports the end of the connection
            connection.wire().watch(this);
        } else {
            ended();
        }
        if (disposed) {
            if (more) {
                connection.wire().enqueue(new Step(this::close));
                // tasks run in order, so later statements go behind the Close
            }
            release();
            return;
        }
        if (!page.isEmpty()) {
            CallerSignals.signal(() -> sink.next(page));
        }
        if (more) {
            connection.wire().enqueue(new Step(this::demanded));
        } else {
            CallerSignals.signal(sink::complete);
        }
    }

    @Override
    public void failed(ServerError error, boolean beforeIt) {
        if (!disposed && connection.transactions().concernsEarlier(error)) {
            state = State.NEW;
            connection.wire().enqueue(this);
            return;
        }
        HeadgateException exception = connection.errors().failure(error, query.text(), transaction);
        KnownStatement text = known;
        boolean types = Outdated.isTypes(error) || Outdated.isDropped(error);
        boolean outdated = types && descriptions == 0 && !beforeIt && columns == Columns.NONE;
        if (text != null && outdated) {
            text.refusedInTransaction();
        } else if (text != null && (types || Outdated.isText(error))) {
            text.forgetTypes();
        }
        if (text != null && Outdated.isFormats(error)) {
            text.columns(null);
        }
        if (StaleStatements.isStale(exception)) {
            finish(StaleStatements.notReprepared((DatabaseException) exception, transaction != null));
        } else {
            finish(outdated ? StaleStatements.outdatedTypes((DatabaseException) exception) : exception);
        }
    }

    @Override
    public void finish(HeadgateException error) {
        ended();
        failure = error;
        observation.failed(error);
        if (disposed) {
            release();
        } else if (!sink.isCancelled()) {
            // Reactor would log an error after cancellation
            CallerSignals.signal(() -> sink.error(error));
        }
    }

    @Override
    public void lost(@Nullable ServerError fatal, String why, boolean sent) {
        boolean wasOpen = state != State.ENDED;
        release();
        if (wasOpen) {
            finish(connection.errors().lost(fatal, why, query.text(), transaction, sent));
        }
        if (!disposed) {
            // the task of the cancellation is refused
            disposed = true;
            observation.ended(failure);
        }
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        lost(fatal, why, false);
    }

    /** The first fetch, with BEGIN, Parse and Bind; or a further one. */
    private final class Fetch extends SyncUnit {

        private @Nullable String begin;
        private final boolean opens;
        private final List<SqlRow> page = new ArrayList<>();
        private boolean more;
        private String tag = "";
        private @Nullable ServerError error;

        Fetch(@Nullable String begin) {
            this.begin = begin;
            this.opens = begin != null;
        }

        @Override
        void receive(byte type, ByteBuf in, int index, int length) {
            if (type == Backend.ERROR) {
                error = Backend.error(in, index, length);
                return;
            }
            if (begin != null) {
                if (type == Backend.COMMAND_COMPLETE) {
                    begin = null;
                }
                return;
            }
            switch (type) {
                case Backend.ROW_DESCRIPTION -> {
                    columns = Columns.of(in, index, length);
                    KnownStatement text = known;
                    if (text != null) {
                        text.columns(columns);
                    }
                }
                case Backend.DATA_ROW -> row(in, index, length);
                case Backend.PORTAL_SUSPENDED -> more = true;
                case Backend.COMMAND_COMPLETE -> tag = Backend.text(in, index, index + length);
                case Backend.COPY_IN -> throw new DecoderException("a COPY in the answer to a query");
                default -> {}
            }
        }

        private void row(ByteBuf in, int index, int length) {
            if (disposed) {
                return;
            }
            byte[] bytes = new byte[length];
            in.getBytes(index, bytes);
            if (!NettyRow.isWellFormed(bytes, columns.size())) {
                throw new DecoderException("a row that does not fit its " + columns.size() + " columns");
            }
            page.add(new NettyRow(bytes, columns));
        }

        @Override
        void done() {
            Transaction own = transaction;
            if (own != null && connection.wire().status() == 'I') {
                own.endUnexpectedly();
            }
            if (begin != null) {
                connection.transactions().deferBegin(begin);
            }
            if (opens) {
                connection.wire().resume(null);
            }
            ServerError refused = error;
            if (refused == null) {
                fetched(page, more, tag);
                return;
            }
            failed(refused, begin != null);
        }

        @Override
        void lost(@Nullable ServerError fatal, String why, boolean sent) {
            CursorRows.this.lost(fatal, why, sent);
        }
    }
}
