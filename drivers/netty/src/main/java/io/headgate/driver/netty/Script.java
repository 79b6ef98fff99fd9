package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Lsn;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Several statements under one Sync, and so in one implicit transaction. They take effect with the server's answer to the Sync, or not at
 * all. If the prepared form of one was stale, all are sent again, because nothing took effect. Starts with the caller's first demand.
 * Confined to the connection's event loop, except start and cancellation.
 */
final class Script extends Sequence<Exchange> implements DescribedTask, Subscription {

    /** One repeat for each statement, which one schema change may make stale; and two for a change in between. */
    private static final int SPARE_REPEATS = 2;

    /** Each set of a batch may need its own types. More descriptions than this mean that the values fit no types. */
    private static final int DESCRIPTIONS_EACH = 4;

    private final NettyConnection connection;
    private final CoreSubscriber<? super List<SqlResult>> caller;
    private List<Observation> observations = List.of();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean cancelled;

    /** The caller has received its signal. Confined to the event loop. */
    private boolean over;

    private int repeats;
    private int descriptions;

    /** Sent behind the script by the last attempt; null if the position is not wanted. */
    private @Nullable PositionRequest positionRequest;

    /** An error that outdated parameter types may have caused. The caller receives it if the types are unchanged. */
    private @Nullable HeadgateException suspectedError;

    /** The statement with that error. */
    private @Nullable Exchange suspected;

    private boolean describedAgain;

    private Script(
            NettyConnection connection, List<SqlStatement> statements, CoreSubscriber<? super List<SqlResult>> caller) {
        super(statements.stream()
                .map(statement -> new Exchange(connection, statement))
                .toList());
        this.connection = connection;
        this.caller = caller;
    }

    static Mono<List<SqlResult>> of(NettyConnection connection, List<SqlStatement> statements) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super List<SqlResult>> caller) {
                caller.onSubscribe(new Script(connection, statements, caller));
            }
        };
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && begun.compareAndSet(false, true)) {
            start();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    private void start() {
        observations = members.stream()
                .map(each -> connection.observe(Operation.Kind.STATEMENT, each.statement, caller.currentContext()))
                .toList();
        for (int i = 0; i < members.size(); i++) {
            if (observations.get(i).wantsCompletion()) {
                members.get(i).keepTag();
            }
        }
        try {
            members.forEach(
                    each -> StatementChecks.refuseCopy(each.statement, "load data by copyIn, unload it by copyOut"));
        } catch (HeadgateException badInput) {
            caller.onError(badInput);
            completed(badInput);
            return;
        }
        connection.begun();
        connection.wire().enqueue(this);
    }

    @Override
    public void run(SendBuffer buffer) {
        if (cancelled) {
            over = true;
            connection.ended();
            observations.forEach(Observation::cancelled);
            return;
        }
        List<KnownStatement> texts = new ArrayList<>(members.size());
        // the statement to describe is the current one: a refusal concerns it
        for (current = 0; current < members.size(); current++) {
            Exchange member = members.get(current);
            KnownStatement text;
            List<@Nullable Object> undescribed;
            try {
                text = member.lookUp();
                undescribed = undescribed(member, text);
            } catch (Throwable thrown) {
                finish(StatementChecks.encodingFailed(thrown, member.statement.text()));
                return;
            }
            if (undescribed != null) {
                describe(member, text, undescribed, buffer);
                return;
            }
            texts.add(text);
        }
        HeadgateException refused = suspectedError;
        if (refused != null && suspected != null && !suspected.hasOtherForms()) {
            finish(refused);
            return;
        }
        suspectedError = null;
        suspected = null;
        describedAgain = false;
        send(texts, buffer);
    }

    private @Nullable List<@Nullable Object> undescribed(Exchange member, KnownStatement text) {
        if (member == suspected && !describedAgain) {
            describedAgain = true;
            return member.firstSet();
        }
        return member.chooseForms(text);
    }

    private void describe(Exchange member, KnownStatement text, List<@Nullable Object> undescribed, SendBuffer buffer) {
        if (++descriptions > DESCRIPTIONS_EACH * members.size()) {
            finish(Values.unfit(member.statement.text()));
        } else {
            Description.request(connection, this, text, undescribed, buffer);
        }
    }

    @Override
    public void described(ParameterTypes form) {
        members.get(current).described(form);
    }

    private void send(List<KnownStatement> texts, SendBuffer buffer) {
        boolean withPosition = asksPosition();
        positionRequest = null;
        current = 0;
        buffer.expect(this);
        ByteBuf out = buffer.out();
        connection.prepared().close(out);
        int start = out.writerIndex();
        List<Exchange> written = new ArrayList<>(members.size());
        SyncMembers before = new SyncMembers(written);
        HeadgateException failure = null;
        for (int i = 0; i < texts.size() && failure == null; i++) {
            Exchange member = members.get(i);
            try {
                member.write(texts.get(i), this, before, out);
                written.add(member);
            } catch (Throwable thrown) {
                failure = StatementChecks.encodingFailed(thrown, member.statement.text());
            }
        }
        if (failure != null) {
            out.writerIndex(start);
            members.forEach(Exchange::forgetUnconfirmed);
            current = members.size();
        }
        Frontend.sync(out);
        if (failure != null) {
            finish(failure);
        } else if (withPosition) {
            PositionRequest request = new PositionRequest(connection);
            request.send(buffer);
            positionRequest = request;
        }
    }

    private boolean asksPosition() {
        return observations.stream().anyMatch(Observation::wantsCompletion)
                && effect() != Effect.NONE
                && connection.givesPosition()
                && connection.wantsPosition(caller.currentContext());
    }

    @Override
    void done() {
        if (over) {
            return;
        }
        ServerError failed = error;
        if (failed == null) {
            succeeded();
        } else {
            members.forEach(Exchange::forgetUnconfirmed);
            failed(failed, false);
        }
    }

    private void succeeded() {
        List<SqlResult> results = new ArrayList<>(members.size());
        for (Exchange each : members) {
            if (each.isTooLarge()) {
                Outcome ofAll = effect() == Effect.NONE ? Outcome.NOT_EXECUTED : Outcome.EXECUTED;
                finish(each.size().error(each.statement, ofAll));
                return;
            }
            results.add(each.result());
        }
        PositionRequest asked = positionRequest;
        if (asked == null) {
            complete(results, null);
        } else {
            asked.whenAnswered(known -> complete(results, known), this::lost);
        }
    }

    private void complete(List<SqlResult> results, @Nullable Lsn reached) {
        for (int i = 0; i < members.size(); i++) {
            Observation observation = observations.get(i);
            if (observation.wantsCompletion()) {
                Completion completion = members.get(i).completion().attempts(1 + repeats);
                observation.completed(effect() == Effect.NONE ? completion : completion.position(reached));
            }
        }
        List<SqlResult> all = List.copyOf(results);
        over = true;
        connection.ended();
        CallerSignals.signal(() -> {
            if (!cancelled) {
                caller.onNext(all);
                caller.onComplete();
            }
        });
        completed(null);
    }

    /**
     * The server has refused the current statement, in its description or in the script, or the commit after the last one. Nothing took
     * effect.
     */
    @Override
    public void failed(ServerError refusal, boolean beforeIt) {
        Exchange member = current < members.size() ? members.get(current) : null;
        if (!cancelled && connection.transactions().concernsEarlier(refusal)) {
            sendAgain();
            return;
        }
        HeadgateException failure = failure(refusal);
        if (member == null || member.isCopy()) {
            finish(failure);
        } else if (member.wasNotBegun() && Outdated.isFormats(refusal)) {
            member.forgetFormats();
            reprepare(member, refusal, (DatabaseException) failure);
        } else if ((member.wasNotBegun() && StaleStatements.isStale(failure)) || Outdated.isDropped(refusal)) {
            member.renew(refusal, false);
            reprepare(member, refusal, (DatabaseException) failure);
        } else if (suspected == null
                && repeats < mostRepeats()
                && member.wasNotBegun()
                && (Outdated.isTypes(refusal) || Outdated.isText(refusal))
                && member.hasRememberedTypes()
                && mayRepeat(failure)) {
            suspectedError = failure;
            suspected = member;
            sendAgain();
        } else {
            finish(failure);
        }
    }

    private HeadgateException failure(ServerError refusal) {
        String text = current < members.size() ? members.get(current).statement.text() : null;
        return ErrorTable.toException(refusal, connection.node(), text, Effect.ATOMIC, null);
    }

    private void reprepare(Exchange member, ServerError refusal, DatabaseException failure) {
        if (repeats < mostRepeats() && mayRepeat(failure)) {
            connection.reprepared(member.statement, refusal.sqlState());
            sendAgain();
        } else {
            finish(StaleStatements.notReprepared(failure, false));
        }
    }

    private int mostRepeats() {
        return members.size() + SPARE_REPEATS;
    }

    private boolean mayRepeat(HeadgateException failure) {
        return !cancelled && failure.outcome() == Outcome.NOT_EXECUTED;
    }

    private void sendAgain() {
        repeats++;
        error = null;
        members.forEach(Exchange::restart);
        connection.wire().enqueue(this);
    }

    @Override
    public void lost(@Nullable ServerError fatal, String why, boolean sent) {
        if (over) {
            return;
        }
        ServerError before = error;
        if (before != null) {
            // the server has undone all of it, and its Sync commits nothing
            finish(failure(before));
        } else {
            finish(
                    sent
                            ? connection.errors().lost(fatal, why, texts(), effect())
                            : connection.errors().notSent(fatal, why));
        }
    }

    private String texts() {
        return members.stream().map(each -> each.statement.text()).collect(Collectors.joining("; "));
    }

    private Effect effect() {
        boolean reads = members.stream().allMatch(each -> each.statement.facts().effect() == Effect.NONE);
        return reads ? Effect.NONE : Effect.ATOMIC;
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        lost(fatal, why, false);
    }

    /** Ends it with an error. Runs callers' code. */
    @Override
    public void finish(HeadgateException failure) {
        over = true;
        connection.ended();
        observations.forEach(each -> each.failed(failure));
        if (!cancelled) {
            // Reactor would log an error after cancellation
            CallerSignals.signal(() -> caller.onError(failure));
        }
        completed(failure);
    }

    private void completed(@Nullable HeadgateException failure) {
        observations.forEach(each -> each.ended(failure));
    }
}
