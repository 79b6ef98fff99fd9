package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.begin;
import static io.headgate.driver.vertx.Wire.bind;
import static io.headgate.driver.vertx.Wire.close;
import static io.headgate.driver.vertx.Wire.columns;
import static io.headgate.driver.vertx.Wire.complete;
import static io.headgate.driver.vertx.Wire.describe;
import static io.headgate.driver.vertx.Wire.describePortal;
import static io.headgate.driver.vertx.Wire.empty;
import static io.headgate.driver.vertx.Wire.error;
import static io.headgate.driver.vertx.Wire.execute;
import static io.headgate.driver.vertx.Wire.notice;
import static io.headgate.driver.vertx.Wire.parameters;
import static io.headgate.driver.vertx.Wire.parse;
import static io.headgate.driver.vertx.Wire.query;
import static io.headgate.driver.vertx.Wire.ready;
import static io.headgate.driver.vertx.Wire.row;
import static io.headgate.driver.vertx.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No codec of Vert.x is in the pipeline, so an answer in another shape always becomes an error. */
class WireFilterTest {

    private static final int INT4 = 23;
    private static final int INT8 = 20;
    private static final int TEXT = 25;
    private static final int JSON = 114;
    private static final int UNKNOWN = 705;
    private static final int TSVECTOR = 3614;
    private static final int INTERVAL = 1186;
    private static final int POINT = 600;
    private static final byte[] SELECT = parse("S_1", "SELECT id, title FROM track WHERE id = $1");
    private static final byte[] COLUMNS = columns(100, "id", INT8, "title", TEXT);
    private static final String SHAPE_CHANGED = "E SERROR VERROR CHG001 Mcached plan must not change result type";

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private WireFilter filter;
    private EmbeddedChannel channel;

    @BeforeEach
    void open() {
        filter = new WireFilter();
        channel = new EmbeddedChannel(filter);
        channel.config().setAllocator(allocator);
        filter.startVerifying(sent -> {
            throw new AssertionError("no codec is there to read " + sent);
        });
    }

    @AfterEach
    void leavesNoBufferBehind() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void leavesADirectConnectionAlone() {
        channel.finishAndReleaseAll();
        filter = new WireFilter();
        channel = new EmbeddedChannel(filter);
        channel.config().setAllocator(allocator);
        byte[] sent = all(SELECT, describe("S_1"), sync(), bind("S_1"), execute(), sync());
        byte[] answer = all(
                empty('1'),
                parameters(INT8),
                COLUMNS,
                ready('I'),
                empty('2'),
                row(8),
                complete("SELECT 1"),
                ready('T'));
        assertThat(send(sent)).isEqualTo(sent);
        assertThat(receive(answer)).isEqualTo(answer);
        assertThat(filter.transactionStatus()).isEqualTo((byte) 'T');
    }

    @Test
    void preparesOnceMoreWithTheParametersTypes() {
        byte[] sent = all(SELECT, describe("S_1"), sync());
        byte[] answer = all(empty('1'), parameters(INT8), COLUMNS, ready('I'));
        assertThat(send(sent)).isEqualTo(sent);
        assertThat(receive(answer)).isEqualTo(answer);
        assertThat(sent())
                .isEqualTo(all(close("S_1"), parse("S_1", "SELECT id, title FROM track WHERE id = $1", INT8), sync()));
        assertThat(receive(all(empty('3'), empty('1'), ready('I')))).isEmpty();
    }

    @Test
    void preparesOnceWhereThereIsNothingToSay() {
        send(all(parse("S_1", "SELECT 1"), describe("S_1"), sync()));
        receive(all(empty('1'), parameters(), columns(0, "a", INT4), ready('I')));
        assertThat(sent()).isEmpty();

        send(all(parse("S_2", "SELEC $1"), describe("S_2"), sync()));
        receive(all(error("ERROR", "42601", "syntax error"), ready('I')));
        assertThat(sent()).isEmpty();

        send(all(parse("", "SELECT $1"), describe(""), sync()));
        receive(all(empty('1'), parameters(INT4), columns(0, "a", INT4), ready('I')));
        assertThat(sent()).isEmpty();
    }

    @Test
    void hasEachExecutionDescribed() {
        prepare();
        assertThat(send(all(bind("S_1"), execute(), sync())))
                .isEqualTo(all(bind("S_1"), describePortal(), execute(), sync()));
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(receive(all(described(COLUMNS, rows)))).isEqualTo(rows);
    }

    @Test
    void describesABatchOnce() {
        prepare();
        assertThat(send(all(bind("S_1"), execute(), bind("S_1"), execute(), sync())))
                .isEqualTo(all(bind("S_1"), describePortal(), execute(), bind("S_1"), execute(), sync()));
    }

    @Test
    void doesNotDescribeWhatItDoesNotKnow() {
        prepare();
        byte[] closing = all(close("S_1"), sync());
        byte[] unknown = all(bind("S_1"), execute(), sync());
        assertThat(send(closing)).isEqualTo(closing);
        assertThat(send(unknown)).isEqualTo(unknown);
        byte[] simple = all(query("BEGIN"), query("COMMIT"));
        assertThat(send(simple)).isEqualTo(simple);
    }

    @Test
    void sendsAnUnnamedStatementWithItsTypesInThePacketOfItsBind() {
        send(all(parse("", "SELECT $1"), describe(""), sync()));
        receive(all(empty('1'), parameters(INT8), columns(0, "a", INT8), ready('I')));
        assertThat(send(all(parse("", "SELECT $1"), bind(""), execute(), sync())))
                .isEqualTo(all(parse("", "SELECT $1", INT8), bind(""), describePortal(), execute(), sync()));
        assertThat(send(all(bind(""), execute(), sync())))
                .isEqualTo(all(parse("", "SELECT $1", INT8), bind(""), describePortal(), execute(), sync()));
    }

    @Test
    void keepsAnUnnamedParseThatWasNeverDescribed() {
        byte[] oneShot = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        assertThat(send(oneShot)).isEqualTo(oneShot);
        byte[] atTheEndOfItsBuffer = parse("", "SELECT 1");
        assertThat(send(atTheEndOfItsBuffer)).isEqualTo(atTheEndOfItsBuffer);
    }

    @Test
    void sendsBeginWithTheFirstStatement() {
        prepare();
        filter.open("BEGIN READ ONLY");
        assertThat(send(all(bind("S_1"), execute(), sync(), bind("S_1"), execute(), sync())))
                .isEqualTo(all(
                        begin("BEGIN READ ONLY"),
                        bind("S_1"),
                        describePortal(),
                        execute(),
                        sync(),
                        bind("S_1"),
                        describePortal(),
                        execute(),
                        sync()));
        assertThat(filter.forgetOpening()).isFalse();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('T'));
        byte[] begun = all(empty('1'), empty('2'), complete("BEGIN"));
        assertThat(receive(all(begun, described(COLUMNS, rows), described(COLUMNS, rows))))
                .isEqualTo(all(rows, rows));
    }

    @Test
    void sendsBeginWithAPreparation_butNotWithACommitOrAClose() {
        filter.open("BEGIN");
        byte[] before = all(query("COMMIT"), close("S_0"), sync());
        byte[] preparing = all(parse("S_1", "SELECT 1"), describe("S_1"), sync());
        assertThat(send(all(before, preparing))).isEqualTo(all(before, begin("BEGIN"), preparing));
        byte[] done = all(complete("COMMIT"), ready('I'), empty('3'), ready('I'));
        byte[] prepared = all(empty('1'), parameters(), columns(0, "a", INT4), ready('T'));
        assertThat(receive(all(done, empty('1'), empty('2'), complete("BEGIN"), notice("raised"), prepared)))
                .isEqualTo(all(done, notice("raised"), prepared));
    }

    @Test
    void sendsBeginOnADirectConnectionToo() {
        reopenDirect();
        byte[] first = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        send(all(first, first));
        filter.open("BEGIN");
        assertThat(send(first)).isEqualTo(all(begin("BEGIN"), first));
        byte[] rows = all(empty('1'), empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(receive(all(rows, rows, empty('1'), empty('2'), complete("BEGIN"), rows, rows)))
                .isEqualTo(all(rows, rows, rows, rows));
    }

    @Test
    void givesTheErrorOfBeginToTheStatement_andTriesAgainWithTheNext() {
        prepare();
        byte[] refused = all(error("ERROR", "0A000", "cannot use serializable mode in a hot standby"), ready('I'));
        for (int i = 0; i < 2; i++) {
            if (i == 0) {
                filter.open("BEGIN ISOLATION LEVEL SERIALIZABLE");
            }
            assertThat(send(all(bind("S_1"), execute(), sync())))
                    .startsWith(begin("BEGIN ISOLATION LEVEL SERIALIZABLE"));
            assertThat(receive(all(empty('1'), empty('2'), refused))).isEqualTo(refused);
        }
        assertThat(filter.forgetOpening()).isTrue();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(send(all(bind("S_1"), execute(), sync()))).startsWith(all(bind("S_1"), describePortal()));
        assertThat(receive(all(described(COLUMNS, rows)))).isEqualTo(rows);
    }

    @Test
    void sendsNoBeginThatWasTakenBack() {
        assertThat(filter.forgetOpening()).isFalse();
        filter.open("BEGIN");
        assertThat(filter.forgetOpening()).isTrue();
        byte[] sent = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        assertThat(send(sent)).isEqualTo(sent);
    }

    @Test
    void replacesRowsOfOtherColumnsByAnError() {
        for (byte[] other : new byte[][] {
            columns(100, "id", INT4, "title", TEXT),
            columns(100, "id", INT8, "name", TEXT),
            columns(100, "id", INT8),
            columns(100, "id", INT8, "title", TEXT, "length", INT4),
            empty('n')
        }) {
            prepare();
            send(all(bind("S_1"), execute(), sync()));
            assertThat(Wire.read(receive(all(empty('2'), other, row(8), complete("SELECT 1"), ready('T')))))
                    .containsExactly("2", SHAPE_CHANGED, "Z T");
        }
    }

    @Test
    void replacesColumnsWhereThereWereNone() {
        send(all(parse("S_2", "CALL p()"), describe("S_2"), sync()));
        receive(all(empty('1'), parameters(), empty('n'), ready('I')));
        send(all(bind("S_2"), execute(), sync()));
        byte[] done = all(empty('2'), complete("CALL"), ready('I'));
        assertThat(receive(all(described(empty('n'), done)))).isEqualTo(done);

        send(all(bind("S_2"), execute(), sync()));
        assertThat(Wire.read(receive(all(described(columns(0, "a", INT4), done)))))
                .containsExactly("2", SHAPE_CHANGED, "Z I");
    }

    @Test
    void takesNoOffenceAtAnotherTableWithTheSameColumns() {
        prepare();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        for (int table : new int[] {200, 200, 100}) {
            send(all(bind("S_1"), execute(), sync()));
            assertThat(receive(all(described(columns(table, "id", INT8, "title", TEXT), rows))))
                    .isEqualTo(rows);
        }
    }

    @Test
    void goesOnWithTheNextAnswer() {
        prepare();
        send(all(bind("S_1"), execute(), sync(), query("BEGIN"), bind("S_1"), execute(), sync()));
        byte[] begun = all(complete("BEGIN"), ready('T'));
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('T'));
        assertThat(receive(all(
                        empty('2'),
                        columns(1, "id", INT4),
                        row(4),
                        complete("SELECT 1"),
                        ready('I'),
                        begun,
                        described(COLUMNS, rows))))
                .isEqualTo(all(
                        empty('2'),
                        error("ERROR", "HG001", "cached plan must not change result type"),
                        ready('I'),
                        begun,
                        rows));
    }

    @Test
    void leavesTheServersErrorAlone() {
        prepare();
        byte[] refused = all(error("ERROR", "0A000", "cached plan must not change result type"), ready('I'));
        send(all(bind("S_1"), execute(), sync()));
        assertThat(receive(refused)).isEqualTo(refused);

        byte[] failed = all(error("ERROR", "22012", "division by zero"), ready('I'));
        send(all(bind("S_1"), execute(), sync()));
        assertThat(receive(all(empty('2'), columns(1, "id", INT4), row(4), failed)))
                .isEqualTo(all(empty('2'), failed));
    }

    @Test
    void passesOnNoticesFromAmongWhatItTakesOut() {
        send(all(SELECT, describe("S_1"), sync()));
        receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        sent();
        assertThat(receive(all(empty('3'), notice("queued"), empty('1'), ready('I'))))
                .isEqualTo(notice("queued"));
        send(all(bind("S_1"), execute(), sync()));
        assertThat(Wire.read(receive(all(empty('2'), empty('n'), notice("raised"), complete("SELECT 1"), ready('I')))))
                .containsExactly("2", "N SNOTICE VNOTICE C00000 Mraised", SHAPE_CHANGED, "Z I");
    }

    @Test
    void notesTheErrorThatEndsTheConnection_alsoInAnAnswerOfItsOwn() {
        send(all(SELECT, describe("S_1"), sync()));
        receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        receive(error("ERROR", "42P01", "relation is gone"));
        assertThat(filter.fatalError()).isNull();
        assertThat(receive(error("FATAL", "08P01", "server conn crashed?"))).isEmpty();
        assertThat(filter.fatalError()).isNotNull().satisfies(fatal -> {
            assertThat(fatal.message()).isEqualTo("server conn crashed?");
            assertThat(fatal.isFromPooler()).isTrue();
        });
    }

    @Test
    void substitutesTypes_andDoesNotTakeThatForAChange() {
        byte[] json = columns(1, "a", JSON, "b", INT4, "c", INTERVAL);
        byte[] substituted = columns(1, "a", TSVECTOR, "b", INT4, "c", POINT);
        send(all(parse("S_3", "SELECT"), describe("S_3"), sync()));
        assertThat(receive(all(empty('1'), parameters(JSON, INT4, 1231, 1186), json, ready('I'))))
                .isEqualTo(all(empty('1'), parameters(UNKNOWN, INT4, UNKNOWN, UNKNOWN), substituted, ready('I')));
        assertThat(sent()).isEqualTo(all(close("S_3"), parse("S_3", "SELECT", JSON, INT4, 1231, 1186), sync()));
        receive(all(empty('3'), empty('1'), ready('I')));
        send(all(bind("S_3"), execute(), sync()));
        byte[] done = all(empty('2'), complete("SELECT 0"), ready('I'));
        assertThat(receive(all(described(json, done)))).isEqualTo(done);
    }

    @Test
    void followsTheStateOfTheTransaction() {
        for (char status : new char[] {'T', 'E', 'I'}) {
            send(query("x"));
            receive(all(complete("x"), ready(status)));
            assertThat(filter.transactionStatus()).isEqualTo((byte) status);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void readsAStreamHoweverItIsCut(int pieces) {
        byte[] stream = longStream();
        byte[] expected = afterLongRequest(filtered -> receive(stream));
        assertThat(Wire.read(expected)).contains(SHAPE_CHANGED).hasSizeGreaterThan(10);
        Random random = new Random(pieces);
        for (int round = 0; round < 200; round++) {
            int[] cuts = random.ints(pieces, 0, stream.length + 1).sorted().toArray();
            reopen();
            assertThat(afterLongRequest(filtered -> receive(stream, cuts)))
                    .as("cut at %s", Arrays.toString(cuts))
                    .isEqualTo(expected);
        }
    }

    @Test
    void readsAStreamCutAtEachPlace() {
        byte[] stream = longStream();
        byte[] expected = afterLongRequest(filtered -> receive(stream));
        for (int cut = 1; cut < stream.length; cut++) {
            int at = cut;
            reopen();
            assertThat(afterLongRequest(filtered -> receive(stream, at)))
                    .as("cut at %s", cut)
                    .isEqualTo(expected);
        }
    }

    @Test
    void passesALargeRowOnAsItComes() {
        prepare();
        send(all(bind("S_1"), execute(), sync()));
        receive(all(empty('2'), COLUMNS));
        byte[] large = row(4 << 20);
        for (int at = 0; at < large.length; at += 1 << 16) {
            byte[] part = Arrays.copyOfRange(large, at, Math.min(large.length, at + (1 << 16)));
            assertThat(receive(part)).isEqualTo(part);
        }
        assertThat(receive(all(complete("SELECT 1"), ready('I')))).hasSize(5 + 9 + 6);
    }

    @Test
    void dropsALargeRowAsItComes() {
        prepare();
        send(all(bind("S_1"), execute(), sync()));
        receive(all(empty('2'), empty('n')));
        byte[] large = row(4 << 20);
        for (int at = 0; at < large.length; at += 1 << 16) {
            assertThat(receive(Arrays.copyOfRange(large, at, Math.min(large.length, at + (1 << 16)))))
                    .isEmpty();
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        assertThat(Wire.read(receive(all(complete("SELECT 1"), ready('I'))))).containsExactly(SHAPE_CHANGED, "Z I");
    }

    @Test
    void freesHalfAMessageWhenTheConnectionEnds() {
        receive(Arrays.copyOf(COLUMNS, 20));
        assertThat(allocator.metric().usedHeapMemory()).isPositive();
        channel.close();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** An answer with the description of its portal, which comes after BindComplete. */
    private static byte[] described(byte[] columns, byte[] answer) {
        byte[] bound = empty('2');
        return all(bound, columns, Arrays.copyOfRange(answer, bound.length, answer.length));
    }

    private interface Receiving {
        byte[] receive(WireFilter filtered);
    }

    /** What comes of a stream of answers to: a preparation, its repetition, three executions, a simple query. */
    private byte[] afterLongRequest(Receiving receiving) {
        send(all(SELECT, describe("S_1"), sync()));
        byte[] prepared = receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        sent();
        send(all(bind("S_1"), execute(), sync(), bind("S_1"), execute(), sync(), query("x")));
        filter.open("BEGIN");
        send(all(bind("S_1"), execute(), sync()));
        return all(prepared, receiving.receive(filter));
    }

    private static byte[] longStream() {
        return all(
                empty('3'),
                empty('1'),
                ready('I'),
                empty('2'),
                COLUMNS,
                row(8),
                row(300),
                complete("SELECT 2"),
                ready('I'),
                empty('2'),
                columns(7, "id", INT4),
                notice("raised"),
                row(200),
                complete("SELECT 1"),
                ready('I'),
                columns(0, "j", JSON),
                row(3),
                complete("SELECT 1"),
                ready('T'),
                empty('1'),
                notice("begins"),
                empty('2'),
                complete("BEGIN"),
                empty('2'),
                COLUMNS,
                error("FATAL", "57P01", "terminating connection"));
    }

    private void prepare() {
        send(all(SELECT, describe("S_1"), sync()));
        receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        sent();
        receive(all(empty('3'), empty('1'), ready('I')));
    }

    private void reopenDirect() {
        leavesNoBufferBehind();
        filter = new WireFilter();
        channel = new EmbeddedChannel(filter);
        channel.config().setAllocator(allocator);
        filter.start();
    }

    private void reopen() {
        leavesNoBufferBehind();
        open();
    }

    private byte[] send(byte[] bytes) {
        channel.writeOutbound(allocator.buffer(bytes.length).writeBytes(bytes));
        return sent();
    }

    private byte[] sent() {
        return drain(channel::readOutbound);
    }

    /** What the codec gets of bytes that arrive in pieces. */
    private byte[] receive(byte[] bytes, int... cuts) {
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            channel.writeInbound(allocator.buffer().writeBytes(bytes, from, to - from));
            from = to;
        }
        return drain(channel::readInbound);
    }

    private static byte[] drain(java.util.function.Supplier<ByteBuf> source) {
        ByteBuf out = Unpooled.buffer();
        for (ByteBuf part = source.get(); part != null; part = source.get()) {
            out.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(out);
    }
}
