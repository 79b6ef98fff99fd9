package io.headgate.driver.netty;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
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
import org.jspecify.annotations.Nullable;

/**
 * A statement, or a batch, as it goes over the wire: its parameter types are chosen, it is written, its answer is taken; and all of it
 * once more after {@link #restart}. Confined to the connection's event loop.
 */
class Exchange {

    final NettyConnection connection;
    final SqlStatement statement;
    private final List<List<@Nullable Object>> sets;
    private @Nullable KnownStatement known;
    private boolean formsChanged;

    /** What the server has answered to its own questions: others may have asked in between, where the types are others. */
    private List<ParameterTypes> learned = List.of();

    /** Some of its types were learned earlier. */
    private boolean remembers;

    private final DueParses parses = new DueParses();
    private ParameterTypes[] forms = {};

    /** What was asked for, of a batch for each of its sets, and what the answer that comes now belongs to. */
    private List<Asked> asks = List.of();

    private @Nullable Asked current;
    private boolean bound;
    private boolean copying;
    private Answer answer;
    private int answered;

    Exchange(NettyConnection connection, SqlStatement statement) {
        this.connection = connection;
        this.statement = statement;
        this.sets = statement.isBatch() ? statement.parameterSets() : List.of(statement.parameters());
        this.answer = new Answer(connection.settings().resultLimit());
    }

    /** What is known of its text, looked up anew: the text that is sent changes when it has to be prepared anew. */
    KnownStatement lookUp() {
        KnownStatement text = connection.known(statement.text(), known);
        known = text;
        return text;
    }

    /** What was known of its text when it was looked up last. */
    @Nullable
    KnownStatement known() {
        return known;
    }

    List<@Nullable Object> firstSet() {
        return sets.get(0);
    }

    /** Chooses the parameter types of each set; returns a set whose types have to be asked for first, or null. */
    @Nullable
    List<@Nullable Object> chooseForms(KnownStatement text) {
        boolean asksItself = connection.transaction() != null && text.typesDependOnTransaction();
        remembers = false;
        ParameterTypes[] chosen = new ParameterTypes[sets.size()];
        for (int i = 0; i < chosen.length; i++) {
            List<@Nullable Object> values = sets.get(i);
            ParameterTypes types = learned(values);
            if (types == null && (!asksItself || values.isEmpty())) {
                types = text.typesFor(values);
                remembers |= types != null && !values.isEmpty();
            }
            if (types == null) {
                return values;
            }
            chosen[i] = types;
        }
        formsChanged |= !Arrays.equals(chosen, forms);
        forms = chosen;
        return connection.writesTextPlainly() || text.columns() != null ? null : sets.get(0);
    }

    private @Nullable ParameterTypes learned(List<@Nullable Object> values) {
        for (int i = 0; i < learned.size(); i++) {
            if (learned.get(i).take(values, true)) {
                return learned.get(i);
            }
        }
        return null;
    }

    /** Its parameter types were asked for just now. */
    public void described(ParameterTypes form) {
        List<ParameterTypes> all = new ArrayList<>(learned);
        all.add(0, form);
        learned = all;
    }

    /** Whether some of its parameter types were learned earlier, by this execution or another, and may be outdated. */
    boolean hasRememberedTypes() {
        return remembers;
    }

    /** Whether the parameter types differ from those that it was written with before. */
    boolean hasOtherForms() {
        return formsChanged;
    }

    /**
     * Writes it.
     *
     * @param unit what it is part of
     * @param before what stands before it in the same Sync
     */
    void write(KnownStatement text, Unit unit, Asks before, ByteBuf out) {
        for (int i = 0; i < forms.length; i++) {
            boolean first = i == 0 || !forms[i].equals(forms[i - 1]);
            Asked asked =
                    first ? Asked.of(connection, text, prepare(text, forms[i], unit, out), before) : asks.get(i - 1);
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
    private @Nullable Prepared prepare(KnownStatement text, ParameterTypes types, Unit unit, ByteBuf out) {
        boolean keeps = connection.keepsNames() && !text.goesUnnamed();
        int before = out.writerIndex();
        Prepared named = keeps ? connection.prepared().use(text, types.types(), unit, out) : null;
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

    private boolean counted(long touched) {
        if (statement.isBatch()) {
            answer.countedOf(sets.size(), touched);
        } else {
            answer.counted(touched);
        }
        answered++;
        if (answered == sets.size()) {
            return true;
        }
        // the next set of a batch
        bound = false;
        return false;
    }

    /**
     * A COPY that the text did not show, as by a rule: the server waits for data. Sync was passed over as part of it, and what stood
     * before that.
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

    /** Whether a row is one too many, and is not held. */
    boolean refusesRow(int length) {
        return answer.refusesRow(length);
    }

    void noted(ServerError notice) {
        answer.noted(notice);
    }

    /** Whether the result was not held since it is too large. */
    boolean isTooLarge() {
        return answer.isTooLarge();
    }

    /** How large it is. */
    ResultSize size() {
        return answer.size();
    }

    /** The result, once the answer is complete. */
    SqlResult result() {
        Asked first = asked();
        return answer.result(first == null ? Columns.NONE : first.columns(), statement.isBatch());
    }

    /** Whether the server refused it before it began. */
    boolean wasNotBegun() {
        return !bound && !copying;
    }

    /** Whether it was refused as a COPY. */
    boolean isCopy() {
        return copying;
    }

    /** Forgets the answer so far: it will be written once more. */
    void restart() {
        answer = new Answer(connection.settings().resultLimit());
        answered = 0;
        bound = false;
        asks = List.of();
        current = null;
        formsChanged = false;
        learned = List.of();
    }

    /** Statements whose Parse the server did not come to. */
    void forgetUnconfirmed() {
        parses.forget(connection.prepared());
    }

    /** The columns are not those whose formats were asked for. */
    void forgetFormats() {
        asks.forEach(Asked::forgetFormats);
    }

    /** The server does not have the statement under its name, or not as it was prepared. */
    void renew(ServerError error, boolean inTransaction) {
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
        if (inTransaction && Outdated.isShape(error)) {
            text.goUnnamed();
        } else {
            text.forgetTypes();
            String sent = text.sql();
            connection.texts().renew(statement.text(), sent);
        }
    }
}
