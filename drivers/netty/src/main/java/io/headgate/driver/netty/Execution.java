package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Lsn;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Executes one statement or batch: chooses parameter types, sends it, delivers the result. It is sent again if its prepared form was
 * stale, no transaction is open, and it took no effect. Starts with the caller's first demand. Confined to the connection's event loop,
 * except start and cancellation.
 */
final class Execution extends Exchange implements DescribedTask, Subscription {

    /** The value of {@link #begun} after the caller's signal. */
    private static final int ENDED = 2;

    private static final AtomicIntegerFieldUpdater<Execution> BEGUN =
            AtomicIntegerFieldUpdater.newUpdater(Execution.class, "begun");

    /** One, and one more for a schema that changes again in between. */
    private static final int MAX_REPEATS = 2;

    /** Each set of a batch may need its own types. More descriptions than this mean that the values fit no types. */
    private static final int MAX_DESCRIPTIONS = 4;

    private final CoreSubscriber<? super SqlResult> caller;
    private final @Nullable BooleanSupplier whenSentAgain;
    private Observation observation = Observation.NONE;
    private volatile int begun;
    private volatile boolean cancelled;

    private @Nullable Transaction transaction;
    private boolean alone;

    /** Null for a statement that needs neither a second attempt nor its position, as nearly all. */
    private @Nullable Attempts attempts;

    private Execution(
            NettyConnection connection,
            SqlStatement statement,
            @Nullable BooleanSupplier whenSentAgain,
            CoreSubscriber<? super SqlResult> caller) {
        super(connection, statement);
        this.whenSentAgain = whenSentAgain;
        this.caller = caller;
    }

    /** @param whenSentAgain as in {@link DriverConnection#execute(SqlStatement, BooleanSupplier)}, or null */
    static Mono<SqlResult> of(
            NettyConnection connection, SqlStatement statement, @Nullable BooleanSupplier whenSentAgain) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> caller) {
                caller.onSubscribe(new Execution(connection, statement, whenSentAgain, caller));
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
        observation = connection.observe(Operation.Kind.STATEMENT, statement, caller.currentContext());
        if (observation.wantsCompletion()) {
            keepTag();
        }
        try {
            StatementChecks.refuseCopy(statement, "load data by copyIn, unload it by copyOut");
        } catch (HeadgateException badInput) {
            observation.failed(badInput);
            caller.onError(badInput);
            observation.ended(badInput);
            return;
        }
        connection.begun();
        connection.wire().enqueue(this);
    }

    @Override
    public void run(SendBuffer buffer) {
        if (begun == ENDED) {
            return;
        }
        if (cancelled) {
            begun = ENDED;
            connection.ended();
            observation.cancelled();
            return;
        }
        Transaction own = connection.transactions().current();
        transaction = own;
        if (own != null && statement.facts().effect() != Effect.NONE) {
            own.mayWrite();
        }
        HeadgateException before = attempts == null ? null : attempts.repeatedAfter;
        if (before != null && transaction != null) {
            // another caller has begun this transaction since the first attempt; the statement does not belong to it
            finish(before);
            return;
        }
        KnownStatement text;
        List<@Nullable Object> undescribed;
        try {
            text = lookUp();
            undescribed = undescribed(text);
        } catch (Throwable thrown) {
            finish(StatementChecks.encodingFailed(thrown, statement.text()));
            return;
        }
        if (undescribed != null) {
            if (++attempts().descriptions > MAX_DESCRIPTIONS) {
                finish(Values.unfit(statement.text()));
            } else {
                Description.request(connection, this, text, undescribed, buffer);
            }
            return;
        }
        Attempts earlier = attempts;
        if (earlier != null && earlier.suspectedError != null) {
            if (!hasOtherForms()) {
                finish(earlier.suspectedError);
                return;
            }
            earlier.suspectedError = null;
        }
        send(text, buffer);
    }

    private void send(KnownStatement text, SendBuffer buffer) {
        boolean withPosition = asksPosition();
        if (attempts != null) {
            attempts.positionRequest = null;
        }
        String begin = connection.transactions().takePendingBegin();
        boolean shares = begin == null && !alone && transaction == null && !statement.isBatch() && text.joinsGroup();
        Group group = shares ? buffer.openGroup(text) : null;
        ByteBuf out = buffer.out();
        if (group == null) {
            group = begin(buffer, shares ? text : null, begin);
        }
        int start = out.writerIndex();
        try {
            write(text, group, group.syncMembers(), out);
            group.add(this);
        } catch (Throwable thrown) {
            withPosition = false;
            out.writerIndex(start);
            forgetUnconfirmed();
            finish(StatementChecks.encodingFailed(thrown, statement.text()));
        }
        if (!shares) {
            buffer.end();
        }
        if (withPosition) {
            PositionRequest request = new PositionRequest(connection);
            request.send(buffer);
            attempts().positionRequest = request;
        }
    }

    private boolean asksPosition() {
        return observation.wantsCompletion()
                && mayHaveWritten()
                && connection.givesPosition()
                && connection.wantsPosition(caller.currentContext());
    }

    /** Outside a transaction the statement is committed with its Sync. */
    private boolean mayHaveWritten() {
        return transaction == null && statement.facts().effect() != Effect.NONE;
    }

    /** Begins a group, with the BEGIN before it. From then on the group notifies this statement when the connection ends. */
    private Group begin(SendBuffer buffer, @Nullable KnownStatement read, @Nullable String begin) {
        Group group = buffer.begin(read);
        try {
            connection.prepared().close(buffer.out());
            if (begin != null) {
                group.begin(begin, connection, buffer.out());
            }
            return group;
        } catch (Throwable thrown) {
            group.add(this);
            throw thrown;
        }
    }

    /** A set whose parameter types must be requested first, or null. */
    private @Nullable List<@Nullable Object> undescribed(KnownStatement text) {
        Attempts earlier = attempts;
        if (earlier != null && earlier.suspectedError != null && !earlier.describedAgain) {
            earlier.describedAgain = true;
            return firstSet();
        }
        return chooseForms(text);
    }

    /**
     * The server has executed the statement; its effect is final.
     *
     * @param inSlowGroup whether it was part of a group that took long
     */
    void succeeded(boolean inSlowGroup) {
        KnownStatement text = known();
        if (inSlowGroup && text != null) {
            text.wasInSlowGroup();
        }
        Transaction own = transaction;
        checkTransaction();
        if (isTooLarge()) {
            finish(size().error(statement, own != null));
            return;
        }
        SqlResult result = result();
        PositionRequest asked = attempts == null ? null : attempts.positionRequest;
        if (asked == null) {
            complete(result, null);
        } else {
            asked.whenAnswered(known -> complete(result, known), this::lost);
        }
    }

    private void complete(SqlResult result, @Nullable Lsn reached) {
        if (observation.wantsCompletion()) {
            Completion completion = completion().attempts(attempts == null ? 1 : 1 + attempts.again);
            observation.completed(mayHaveWritten() ? completion.position(reached) : completion);
        }
        begun = ENDED;
        connection.ended();
        if (!cancelled) {
            CallerSignals.deliver(caller, result);
        }
        observation.ended(null);
    }

    /**
     * Runs it again alone, after its group failed.
     *
     * @param failed whether this statement failed the group
     */
    void runAlone(boolean failed) {
        alone = true;
        KnownStatement text = known();
        if (failed && text != null) {
            text.failedInGroup();
        }
        sendAgain();
    }

    /** Reports that it goes behind statements that were sent after it; returns whether its result is still wanted. */
    boolean reportReorder() {
        return whenSentAgain == null || whenSentAgain.getAsBoolean();
    }

    private void sendAgain() {
        // only reports it: the group's failure undid this statement, which runs again even if its result is unwanted
        reportReorder();
        attempts().again++;
        restart();
        connection.wire().enqueue(this);
    }

    /**
     * The server has answered with an error.
     *
     * @param beforeIt whether the BEGIN before the statement failed
     */
    @Override
    public void failed(ServerError error, boolean beforeIt) {
        if (!cancelled && connection.transactions().concernsEarlier(error)) {
            sendAgain();
            return;
        }
        checkTransaction();
        HeadgateException failure = connection.errors().failure(error, statement.text(), transaction);
        boolean unbound = wasNotBegun() && !beforeIt;
        if (unbound && Outdated.isFormats(error)) {
            forgetFormats();
            reprepare(error, (DatabaseException) failure);
        } else if ((unbound && StaleStatements.isStale(failure))
                || (!beforeIt && !isCopy() && Outdated.isDropped(error))) {
            renew(error, transaction != null);
            reprepare(error, (DatabaseException) failure);
        } else if (unbound && (Outdated.isTypes(error) || Outdated.isText(error)) && mayHaveOutdatedTypes()) {
            recheckTypes(error, (DatabaseException) failure);
        } else {
            finish(failure);
        }
    }

    /** Whether its types were learned earlier, or requested again after an error: the schema may have changed once more. */
    private boolean mayHaveOutdatedTypes() {
        Attempts earlier = attempts;
        return hasRememberedTypes() || (earlier != null && earlier.suspicions > 0 && earlier.suspicions < MAX_REPEATS);
    }

    /** Requests the parameter types once more. If they are unchanged, the caller receives the error. */
    private void recheckTypes(ServerError error, DatabaseException failure) {
        KnownStatement text = known();
        Attempts all = attempts();
        if (all.suspectedError == null && mayRepeat(failure)) {
            all.suspectedError = failure;
            all.suspicions++;
            all.describedAgain = false;
            all.repeatedAfter = StaleStatements.transactionBegunMeanwhile(failure);
            sendAgain();
            return;
        }
        if (transaction == null || text == null) {
            finish(failure);
            return;
        }
        // an aborted transaction allows no further request
        if (Outdated.isTypes(error)) {
            text.refusedInTransaction();
            finish(StaleStatements.outdatedTypes(failure));
        } else {
            text.forgetTypes();
            finish(failure);
        }
    }

    /** Sends it once more, unless it may have taken effect or the attempts are used up. */
    private void reprepare(ServerError error, DatabaseException failure) {
        Attempts all = attempts();
        if (all.repeats < MAX_REPEATS && mayRepeat(failure)) {
            all.repeats++;
            all.repeatedAfter = StaleStatements.transactionBegunMeanwhile(failure);
            connection.reprepared(statement, error.sqlState());
            sendAgain();
        } else {
            finish(StaleStatements.notReprepared(failure, transaction != null));
        }
    }

    private boolean mayRepeat(HeadgateException failure) {
        return transaction == null && !cancelled && failure.outcome() == Outcome.NOT_EXECUTED;
    }

    private void checkTransaction() {
        Transaction own = transaction;
        if (own != null && connection.wire().status() == 'I') {
            own.endUnexpectedly();
        }
    }

    /** The connection was lost. Does nothing after the end. */
    @Override
    public void lost(@Nullable ServerError fatal, String why, boolean sent) {
        if (begun == ENDED) {
            return;
        }
        String sql = statement.text();
        finish(connection.errors().lost(fatal, why, sql, transaction, sent));
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        lost(fatal, why, false);
    }

    /** Ends it with an error. Runs callers' code. */
    @Override
    public void finish(HeadgateException failure) {
        begun = ENDED;
        connection.ended();
        observation.failed(failure);
        if (!cancelled) {
            // Reactor would log an error after cancellation
            CallerSignals.signal(() -> caller.onError(failure));
        }
        observation.ended(failure);
    }

    private Attempts attempts() {
        Attempts known = attempts;
        if (known == null) {
            known = new Attempts();
            attempts = known;
        }
        return known;
    }

    /** The state of earlier attempts, and what was sent behind the last. */
    private static final class Attempts {

        /** Sent behind a write; null if its position is not wanted. */
        private @Nullable PositionRequest positionRequest;

        /** How often it was sent again. */
        private int again;

        private int repeats;
        private int descriptions;

        /** The error if a transaction has begun before the repetition; null for a first attempt. */
        private @Nullable HeadgateException repeatedAfter;

        /** An error that outdated parameter types may have caused. The caller receives it if the types are unchanged. */
        private @Nullable HeadgateException suspectedError;

        private int suspicions;
        private boolean describedAgain;
    }
}
