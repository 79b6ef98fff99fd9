package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.CopyGuard;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One statement, or a batch, on its way: its parameter types found, written, answered; and sent once more when its prepared form
 * had gone stale, no transaction is open, and it took no effect. It begins with the caller's first demand. Confined to the
 * connection's event loop but for its start and cancellation.
 */
final class Execution implements Described, Subscription {

    private static final Logger logger = LoggerFactory.getLogger(Execution.class);

    private static final AtomicIntegerFieldUpdater<Execution> BEGUN =
            AtomicIntegerFieldUpdater.newUpdater(Execution.class, "begun");

    /** The first, and two more for a schema that changes again meanwhile. */
    private static final int MOST_ATTEMPTS = 3;

    /** A set of a batch may need a form of its own; values that fit no description given just before are wrong. */
    private static final int MOST_DESCRIPTIONS = 4;

    private final NettyConnection connection;
    private final SqlStatement statement;
    private final CoreSubscriber<? super SqlResult> caller;
    private final List<List<@Nullable Object>> sets;
    private final long started = System.nanoTime();
    private volatile int begun;
    private volatile boolean cancelled;

    private @Nullable KnownStatement known;
    private @Nullable Transaction transaction;
    private int attempts;
    private int descriptions;
    private boolean alone;

    /** An error that outdated parameter types may be to blame for: it is the caller's if they turn out to be the same. */
    private @Nullable HeadgateException doubt;

    private boolean describedAgain;
    private boolean formsChanged;

    private final DueParses parses = new DueParses();

    private ParameterTypes[] forms = {};

    /** What was asked for, of a batch for each of its sets, and what the answer that comes now belongs to. */
    private List<Asked> asks = List.of();

    private @Nullable Asked current;
    private boolean bound;
    private boolean copying;
    private Answer answer;
    private int answered;

    private Execution(NettyConnection connection, SqlStatement statement, CoreSubscriber<? super SqlResult> caller) {
        this.connection = connection;
        this.statement = statement;
        this.caller = caller;
        this.sets = statement.isBatch() ? statement.parameterSets() : List.of(statement.parameters());
        this.answer = new Answer(connection.settings().resultLimit());
    }

    static Mono<SqlResult> of(NettyConnection connection, SqlStatement statement) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> caller) {
                caller.onSubscribe(new Execution(connection, statement, caller));
            }
        };
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && begun == 0 && BEGUN.compareAndSet(this, 0, 1)) {
            start();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    private void start() {
        try {
            CopyGuard.check(statement.text(), "load data by copyIn");
        } catch (HeadgateException badInput) {
            caller.onError(badInput);
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
        List<@Nullable Object> unknown;
        try {
            unknown = chooseForms(text);
        } catch (Throwable thrown) {
            finish(Values.unwritable(thrown, statement.text()));
            return;
        }
        if (unknown != null) {
            if (++descriptions > MOST_DESCRIPTIONS) {
                finish(Values.unfit(statement.text()));
            } else {
                Description.ask(connection, this, text, unknown, turn);
            }
            return;
        }
        HeadgateException doubted = doubt;
        if (doubted != null && !formsChanged) {
            finish(doubted);
            return;
        }
        send(text, turn);
    }

    private void send(KnownStatement text, Turn turn) {
        String opening = connection.takeOpening();
        boolean shares = opening == null && !alone && transaction == null && !statement.isBatch() && text.joinsGroup();
        Group group = shares ? turn.openGroup() : null;
        ByteBuf out = turn.out();
        if (group == null) {
            group = turn.begin(shares);
            connection.prepared().close(out);
        }
        if (opening != null) {
            group.open(opening, connection, out);
        }
        int start = out.writerIndex();
        try {
            write(text, group, out);
            group.add(this);
        } catch (Throwable thrown) {
            out.writerIndex(start);
            forgetUnconfirmed();
            finish(Values.unwritable(thrown, statement.text()));
        }
        if (!shares) {
            turn.end();
        }
    }

    /** Chooses the parameter types of each set; returns a set whose types have to be asked for first, or null. */
    private @Nullable List<@Nullable Object> chooseForms(KnownStatement text) {
        if (doubt != null && !describedAgain) {
            describedAgain = true;
            return sets.get(0);
        }
        ParameterTypes[] chosen = new ParameterTypes[sets.size()];
        for (int i = 0; i < chosen.length; i++) {
            ParameterTypes types = text.typesFor(sets.get(i));
            if (types == null) {
                return sets.get(i);
            }
            chosen[i] = types;
        }
        formsChanged = !Arrays.equals(chosen, forms);
        forms = chosen;
        return connection.writesTextPlainly() || text.columns() != null ? null : sets.get(0);
    }

    private void write(KnownStatement text, Group group, ByteBuf out) {
        attempts++;
        for (int i = 0; i < forms.length; i++) {
            boolean first = i == 0 || !forms[i].equals(forms[i - 1]);
            Asked asked =
                    first ? Asked.of(connection, text, prepare(text, forms[i], group, out), group) : asks.get(i - 1);
            Values.bind(
                    out,
                    Frontend.NO_NAME,
                    asked.name(),
                    forms[i],
                    sets.get(i),
                    asked.formats(),
                    connection.settings().maxValueBytes());
            if (first && asked.isToBeDescribed()) {
                Frontend.describePortal(out, Frontend.NO_NAME);
            }
            Frontend.execute(out, Frontend.NO_NAME, 0);
            noteAsked(asked);
        }
    }

    /** Has a name for the statement, which is prepared when it is new; null if it is prepared without one. */
    private @Nullable Prepared prepare(KnownStatement text, ParameterTypes types, Group group, ByteBuf out) {
        boolean keeps = connection.keepsNames() && !text.goesUnnamed();
        int before = out.writerIndex();
        Prepared named = keeps ? connection.prepared().use(text, types.types(), group, out) : null;
        if (named == null) {
            Frontend.parse(out, Frontend.NO_NAME, text.utf8(), types.types());
            parses.add(null);
        } else if (out.writerIndex() > before) {
            parses.add(named);
        }
        return named;
    }

    /** Nearly always the only one. */
    private void noteAsked(Asked asked) {
        if (asks.isEmpty()) {
            asks = List.of(asked);
            return;
        }
        if (asks.size() == 1) {
            List<Asked> more = new ArrayList<>(sets.size());
            more.add(asks.get(0));
            asks = more;
        }
        asks.add(asked);
    }

    /** What was asked for, once it is written; the first of a batch. */
    @Nullable
    Asked asked() {
        return asks.isEmpty() ? null : asks.get(0);
    }

    /** Takes a message of the answer; true when it is complete. */
    boolean receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.DATA_ROW -> answer.row(in, index, length, current().columns());
            case Backend.BIND_COMPLETE -> {
                bound = true;
                current = asks.get(answered);
            }
            case Backend.ROW_DESCRIPTION -> current().described(in, index, length);
            case Backend.NO_DATA -> current().described(Columns.NONE);
            case Backend.COMMAND_COMPLETE -> {
                return counted(Backend.count(in, index, length));
            }
            case Backend.EMPTY_QUERY -> {
                return counted(0);
            }
            case Backend.PARSE_COMPLETE -> parses.answered();
            case Backend.CLOSE_COMPLETE, Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT -> {}
            case Backend.COPY_IN -> refuseCopy();
            default -> throw new DecoderException("a message of type " + (char) type + " in the answer to a statement");
        }
        return false;
    }

    private Asked current() {
        Asked asked = current;
        if (asked == null) {
            throw new DecoderException("columns of a statement that was not bound");
        }
        return asked;
    }

    /** Whether a row is one too many, and is not held. */
    boolean refusesRow(int length) {
        return answer.refusesRow(length);
    }

    private boolean counted(long touched) {
        if (statement.isBatch()) {
            answer.countedOf(sets.size(), touched);
        } else {
            answer.counted(touched);
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
        answer.noted(notice);
    }

    /**
     * The server has answered, and what it did holds.
     *
     * @param inSlowGroup whether it was answered together with others, and that took long
     */
    void succeeded(boolean inSlowGroup) {
        KnownStatement text = known;
        if (inSlowGroup && text != null) {
            text.wasInSlowGroup();
        }
        Transaction own = transaction;
        noteStatus();
        if (answer.isTooLarge()) {
            finish(answer.size().error(statement, own != null));
            return;
        }
        Asked first = asked();
        SqlResult result = answer.result(first == null ? Columns.NONE : first.columns(), statement.isBatch());
        connection.ended();
        tell(() -> {
            if (!cancelled) {
                caller.onNext(result);
                caller.onComplete();
            }
        });
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
        answer = new Answer(connection.settings().resultLimit());
        answered = 0;
        bound = false;
        asks = List.of();
        current = null;
        connection.wire().ask(this);
    }

    /** Statements whose Parse the server did not come to. */
    void forgetUnconfirmed() {
        parses.forget(connection.prepared());
    }

    /**
     * The server answered with an error.
     *
     * @param beforeIt whether it was the BEGIN before the statement that failed
     */
    @Override
    public void failed(ServerError error, boolean beforeIt) {
        noteStatus();
        HeadgateException failure = connection.failure(error, statement.text(), transaction);
        boolean unbound = !bound && !beforeIt && !copying;
        if (unbound && Outdated.isFormats(error)) {
            asks.forEach(Asked::forgetFormats);
            heal(error, (DatabaseException) failure);
        } else if (!beforeIt && !copying && StaleStatements.isStale(failure)) {
            renew(error);
            heal(error, (DatabaseException) failure);
        } else if (unbound && Outdated.isTypes(error)) {
            doubtTypes(failure);
        } else {
            finish(failure);
        }
    }

    /** Asks for the parameter types once more; if they are what they were, the error is the caller's. */
    private void doubtTypes(HeadgateException failure) {
        KnownStatement text = known;
        if (doubt == null && mayRepeat(failure) && !sets.get(0).isEmpty()) {
            doubt = failure;
            again();
            return;
        }
        if (transaction != null && text != null) {
            // nothing can be asked in an aborted transaction
            text.forgetTypes();
        }
        finish(failure);
    }

    /** The server does not have the statement under its name, or not as it was prepared. */
    private void renew(ServerError error) {
        for (Asked each : asks) {
            Prepared named = each.named();
            if (named != null) {
                connection.prepared().forget(named);
            }
        }
        KnownStatement text = known;
        if (text == null) {
            return;
        }
        if (transaction != null && Outdated.isShape(error)) {
            text.goUnnamed();
        } else {
            text.forgetTypes();
            String sent = text.sql();
            connection.texts().renew(statement.text(), sent);
        }
    }

    /** Sends it once more, unless that may do it twice or has not helped yet. */
    private void heal(ServerError error, DatabaseException failure) {
        if (attempts < MOST_ATTEMPTS && mayRepeat(failure)) {
            connection.healed(statement, error.sqlState());
            again();
        } else {
            finish(StaleStatements.unhealed(failure, transaction != null));
        }
    }

    private boolean mayRepeat(HeadgateException failure) {
        return transaction == null && !cancelled && failure.outcome() == Outcome.NOT_EXECUTED;
    }

    private void noteStatus() {
        Transaction own = transaction;
        if (own != null && connection.wire().status() == 'I') {
            own.endUnasked();
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
            tell(() -> caller.onError(failure));
        }
        connection.completed(statement, started, failure);
    }
}
