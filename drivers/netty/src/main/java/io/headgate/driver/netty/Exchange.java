package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Completion.Preparation;
import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A statement or batch on the wire: chooses parameter types, writes the messages, reads the answer. {@link #restart} allows all of it once
 * more. Confined to the connection's event loop.
 */
class Exchange {

    private static final ParameterTypes[] NO_FORMS = {};

    final NettyConnection connection;
    final SqlStatement statement;

    /** The parameters of a single statement; null for a batch. */
    private final @Nullable List<@Nullable Object> single;

    /** Null for a single statement. */
    private final @Nullable Batch batch;

    private @Nullable KnownStatement known;
    private boolean formsChanged;

    /** The types of its own descriptions. Another caller may since have stored other types, as under another search path. */
    private List<ParameterTypes> learned = List.of();

    /** Some of the chosen types were learned earlier. */
    private boolean remembers;

    /** Null for a statement that needs none of it, as most. */
    private @Nullable Rare rare;

    /** The parameter types of a single statement. */
    private @Nullable ParameterTypes form;

    /** The request of the first parameter set; null until it is written. */
    private @Nullable BindRequest asked;

    private boolean bound;
    private boolean copying;
    private ResultCollector answer;
    private int answered;

    /** What few statements need. Apart from the others, because a field more costs each of them eight bytes. */
    private static final class Rare {

        /** Null until a statement is prepared. */
        private @Nullable PendingParses parses;

        /** The command tag of the last set, empty before it comes; null if it is not to be kept. */
        private @Nullable String tag;
    }

    Exchange(NettyConnection connection, SqlStatement statement) {
        this.connection = connection;
        this.statement = statement;
        this.single = statement.isBatch() ? null : statement.parameters();
        this.batch = statement.isBatch() ? new Batch(statement.parameterSets()) : null;
        this.answer = new ResultCollector(connection.settings().resultLimit());
    }

    /** Looks up what is known of the text. Re-preparing changes the text that is sent. */
    KnownStatement lookUp() {
        KnownStatement text = connection.known(statement, known);
        known = text;
        return text;
    }

    /** The result of the last {@link #lookUp}. */
    @Nullable
    KnownStatement known() {
        return known;
    }

    List<@Nullable Object> firstSet() {
        return set(0);
    }

    private List<@Nullable Object> set(int i) {
        return batch == null ? Objects.requireNonNull(single, "a single statement") : batch.sets.get(i);
    }

    private int sets() {
        return batch == null ? 1 : batch.sets.size();
    }

    /** Chooses the parameter types of each set; returns a set whose types must be requested first, or null. */
    @Nullable
    List<@Nullable Object> chooseForms(KnownStatement text) {
        boolean mustDescribe = connection.transactions().current() != null && text.typesDependOnTransaction();
        remembers = false;
        ParameterTypes[] chosen = batch == null ? NO_FORMS : new ParameterTypes[batch.sets.size()];
        ParameterTypes only = null;
        for (int i = 0; i < sets(); i++) {
            List<@Nullable Object> values = set(i);
            ParameterTypes types = learned(values);
            if (types == null && (!mustDescribe || values.isEmpty())) {
                types = text.typesFor(values);
                remembers |= types != null && !values.isEmpty();
            }
            if (types == null) {
                return values;
            }
            if (batch != null) {
                chosen[i] = types;
            } else {
                only = types;
            }
        }
        formsChanged |= !Objects.equals(only, form) || (batch != null && !Arrays.equals(chosen, batch.forms));
        form = only;
        if (batch != null) {
            batch.forms = chosen;
        }
        return connection.writesReadableText() || text.columns() != null ? null : set(0);
    }

    private ParameterTypes form(int i) {
        return batch == null ? Objects.requireNonNull(form, "types are chosen before it is written") : batch.forms[i];
    }

    private @Nullable ParameterTypes learned(List<@Nullable Object> values) {
        for (int i = 0; i < learned.size(); i++) {
            if (learned.get(i).accept(values, true)) {
                return learned.get(i);
            }
        }
        return null;
    }

    /** Stores types that the server has just described. */
    public void described(ParameterTypes form) {
        List<ParameterTypes> all = new ArrayList<>(learned);
        all.add(0, form);
        learned = all;
    }

    /** Whether some parameter types were learned earlier, by this or another execution, and may be outdated. */
    boolean hasRememberedTypes() {
        return remembers;
    }

    /** Whether the parameter types differ from those of the last {@link #write}. */
    boolean hasOtherForms() {
        return formsChanged;
    }

    /**
     * Writes the messages, without Sync.
     *
     * @param unit the unit that this is a part of
     * @param before the statements before it in the same Sync
     */
    void write(KnownStatement text, SyncUnit unit, SyncMembers before, ByteBuf out) {
        for (int i = 0; i < sets(); i++) {
            ParameterTypes types = form(i);
            boolean first = i == 0 || !types.equals(form(i - 1));
            BindRequest request = first
                    ? BindRequest.of(connection, text, prepare(text, types, unit, out), before)
                    : Objects.requireNonNull(request(i - 1), "the set before it is written");
            Values.bind(
                    out,
                    Frontend.NO_NAME,
                    request.name(),
                    types,
                    set(i),
                    request.formats(),
                    connection.settings().maxValueBytes());
            if (first && request.isToBeDescribed()) {
                Frontend.describePortal(out, Frontend.NO_NAME);
            }
            Frontend.execute(out, Frontend.NO_NAME, 0);
            addRequest(request);
        }
    }

    /** Returns the named statement, and writes a Parse if it is new. Null for an unnamed one, whose Parse is always written. */
    private @Nullable Prepared prepare(KnownStatement text, ParameterTypes types, SyncUnit unit, ByteBuf out) {
        boolean keeps = connection.namesStatements() && !text.isUnnamed();
        int before = out.writerIndex();
        Prepared named = keeps ? connection.prepared().use(text, types.types(), unit, out) : null;
        if (named == null) {
            Frontend.parse(out, Frontend.NO_NAME, text.utf8(), types.types());
            parses().add(null);
        } else if (out.writerIndex() > before) {
            parses().add(named);
        }
        return named;
    }

    private Rare rare() {
        Rare known = rare;
        if (known == null) {
            known = new Rare();
            rare = known;
        }
        return known;
    }

    private PendingParses parses() {
        Rare own = rare();
        PendingParses pending = own.parses;
        if (pending == null) {
            pending = new PendingParses();
            own.parses = pending;
        }
        return pending;
    }

    private void addRequest(BindRequest request) {
        if (asked == null) {
            asked = request;
        }
        if (batch != null) {
            batch.requests.add(request);
        }
    }

    private @Nullable BindRequest request(int set) {
        return batch == null ? asked : batch.requests.get(set);
    }

    /** The requests of the sets written so far. */
    private List<BindRequest> requests() {
        if (batch != null) {
            return batch.requests;
        }
        return asked == null ? List.of() : List.of(asked);
    }

    /** The request; the first one of a batch; null until it is written. */
    @Nullable
    BindRequest asked() {
        return asked;
    }

    /** Reads a message of the answer; returns true when the answer is complete. */
    boolean receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.DATA_ROW -> answer.row(in, index, length, current().columns());
            case Backend.BIND_COMPLETE -> bound = true;
            case Backend.ROW_DESCRIPTION -> current().described(in, index, length);
            case Backend.NO_DATA -> current().described(Columns.NONE);
            case Backend.COMMAND_COMPLETE -> {
                if (rare != null && rare.tag != null) {
                    rare.tag = Backend.text(in, index, index + length);
                }
                return counted(Backend.count(in, index, length));
            }
            case Backend.EMPTY_QUERY -> {
                return counted(0);
            }
            case Backend.PARSE_COMPLETE -> {
                if (rare != null && rare.parses != null) {
                    rare.parses.confirmNext();
                }
            }
            case Backend.CLOSE_COMPLETE, Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT -> {}
            case Backend.COPY_IN -> refuseCopy();
            default -> throw new DecoderException("a message of type " + (char) type + " in the answer to a statement");
        }
        return false;
    }

    /** The request that the current answer belongs to. */
    private BindRequest current() {
        BindRequest bind = bound ? request(answered) : null;
        if (bind == null) {
            throw new DecoderException("columns of a statement that was not bound");
        }
        return bind;
    }

    private boolean counted(long touched) {
        if (batch != null) {
            answer.countedOf(batch.sets.size(), touched);
        } else {
            answer.counted(touched);
        }
        answered++;
        if (answered == sets()) {
            return true;
        }
        // the next answer is that of the batch's next set
        bound = false;
        return false;
    }

    /**
     * Refuses a COPY that the text did not show, as by a rule: the server waits for data. It has skipped the Sync as part of the COPY, so
     * another one follows.
     */
    private void refuseCopy() {
        if (!copying) {
            copying = true;
            ByteBuf out = connection.wire().buffer(64);
            Frontend.copyFail(out, "COPY FROM STDIN is no statement; use copyIn");
            Frontend.sync(out);
            connection.wire().write(out);
        }
    }

    /** Whether a row exceeds the result limit; then it is dropped. */
    boolean dropsRow(int length) {
        return answer.dropsRow(length);
    }

    void addNotice(ServerError notice) {
        answer.addNotice(notice);
    }

    /** Whether the result was dropped because it exceeds the limit. */
    boolean isTooLarge() {
        return answer.isExceeded();
    }

    /** The size of the result. */
    ResultSize size() {
        return answer;
    }

    /** The result. Requires a complete answer. */
    SqlResult result() {
        BindRequest first = asked();
        return answer.result(first == null ? Columns.NONE : first.columns());
    }

    /** Keeps what {@link #completion} needs. */
    void keepTag() {
        rare().tag = "";
    }

    /** How the server completed it; after {@link #keepTag}. */
    Completion completion() {
        BindRequest first = asked();
        Preparation how = first == null || first.named() == null
                ? Preparation.UNNAMED
                : rare == null || rare.parses == null ? Preparation.REUSED : Preparation.NEW;
        Completion completion = connection.completion().preparation(how);
        return rare == null || rare.tag == null ? completion : completion.commandTag(rare.tag);
    }

    /** Whether the server refused it before execution. */
    boolean wasNotBegun() {
        return !bound && !copying;
    }

    /** Whether {@link #refuseCopy} refused it. */
    boolean isCopy() {
        return copying;
    }

    /** Drops the answer so far, before another {@link #write}. */
    void restart() {
        answer = new ResultCollector(connection.settings().resultLimit());
        answered = 0;
        bound = false;
        asked = null;
        if (batch != null) {
            batch.requests.clear();
        }
        formsChanged = false;
        learned = List.of();
    }

    /** Forgets named statements whose Parse the server skipped. */
    void forgetUnconfirmed() {
        if (rare != null && rare.parses != null) {
            rare.parses.forget(connection.prepared());
        }
    }

    /** Drops the remembered formats: they do not match the columns. */
    void forgetFormats() {
        requests().forEach(BindRequest::forgetFormats);
    }

    /** Forgets a statement that is missing at the server or outdated there, so that it is prepared anew. */
    void renew(ServerError error, boolean inTransaction) {
        requests().forEach(this::forgetName);
        KnownStatement text = known;
        if (text == null) {
            return;
        }
        if (inTransaction && Outdated.isShape(error)) {
            text.useUnnamed();
        } else {
            text.forgetTypes();
            String sent = text.sql();
            connection.texts().renew(statement.text(), sent);
        }
    }

    private void forgetName(BindRequest request) {
        Prepared named = request.named();
        if (named != null) {
            connection.prepared().forget(named);
        }
    }

    /** The sets of a batch, with the parameter types and the request of each. */
    private static final class Batch {

        private final List<List<@Nullable Object>> sets;
        private ParameterTypes[] forms = NO_FORMS;
        private final List<BindRequest> requests;

        Batch(List<List<@Nullable Object>> sets) {
            this.sets = sets;
            this.requests = new ArrayList<>(sets.size());
        }
    }
}
