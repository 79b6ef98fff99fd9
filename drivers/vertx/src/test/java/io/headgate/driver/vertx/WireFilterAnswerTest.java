package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.FilteredChannel.COLUMNS;
import static io.headgate.driver.vertx.FilteredChannel.SELECT;
import static io.headgate.driver.vertx.FilteredChannel.SHAPE_CHANGED;
import static io.headgate.driver.vertx.FilteredChannel.described;
import static io.headgate.driver.vertx.Wire.INT4;
import static io.headgate.driver.vertx.Wire.INT8;
import static io.headgate.driver.vertx.Wire.JSON;
import static io.headgate.driver.vertx.Wire.TEXT;
import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.bind;
import static io.headgate.driver.vertx.Wire.columns;
import static io.headgate.driver.vertx.Wire.complete;
import static io.headgate.driver.vertx.Wire.describe;
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

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in another shape, with errors and notices among them, and cut anywhere. */
class WireFilterAnswerTest {

    @RegisterExtension
    final FilteredChannel channel = new FilteredChannel();

    @Test
    void replacesRowsOfOtherColumnsByAnError() {
        for (byte[] other : new byte[][] {
            columns(100, "id", INT4, "title", TEXT),
            columns(100, "id", INT8, "name", TEXT),
            columns(100, "id", INT8),
            columns(100, "id", INT8, "title", TEXT, "length", INT4),
            empty('n')
        }) {
            channel.prepare();
            channel.send(all(bind("S_1"), execute(), sync()));
            assertThat(Wire.read(channel.receive(all(empty('2'), other, row(8), complete("SELECT 1"), ready('T')))))
                    .containsExactly("2", SHAPE_CHANGED, "Z T");
        }
    }

    @Test
    void replacesColumnsWhereThereWereNone() {
        channel.send(all(parse("S_2", "CALL p()"), describe("S_2"), sync()));
        channel.receive(all(empty('1'), parameters(), empty('n'), ready('I')));
        channel.send(all(bind("S_2"), execute(), sync()));
        byte[] done = all(empty('2'), complete("CALL"), ready('I'));
        assertThat(channel.receive(all(described(empty('n'), done)))).isEqualTo(done);

        channel.send(all(bind("S_2"), execute(), sync()));
        assertThat(Wire.read(channel.receive(all(described(columns(0, "a", INT4), done)))))
                .containsExactly("2", SHAPE_CHANGED, "Z I");
    }

    @Test
    void takesNoOffenceAtAnotherTableWithTheSameColumns() {
        channel.prepare();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        for (int table : new int[] {200, 200, 100}) {
            channel.send(all(bind("S_1"), execute(), sync()));
            assertThat(channel.receive(all(described(columns(table, "id", INT8, "title", TEXT), rows))))
                    .isEqualTo(rows);
        }
    }

    @Test
    void goesOnWithTheNextAnswer() {
        channel.prepare();
        channel.send(all(bind("S_1"), execute(), sync(), query("BEGIN"), bind("S_1"), execute(), sync()));
        byte[] begun = all(complete("BEGIN"), ready('T'));
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('T'));
        assertThat(channel.receive(all(
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
        channel.prepare();
        byte[] refused = all(error("ERROR", "0A000", "cached plan must not change result type"), ready('I'));
        channel.send(all(bind("S_1"), execute(), sync()));
        assertThat(channel.receive(refused)).isEqualTo(refused);

        byte[] failed = all(error("ERROR", "22012", "division by zero"), ready('I'));
        channel.send(all(bind("S_1"), execute(), sync()));
        assertThat(channel.receive(all(empty('2'), columns(1, "id", INT4), row(4), failed)))
                .isEqualTo(all(empty('2'), failed));
    }

    @Test
    void passesOnNoticesFromAmongWhatItTakesOut() {
        channel.send(all(SELECT, describe("S_1"), sync()));
        channel.receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        channel.sent();
        assertThat(channel.receive(all(empty('3'), notice("queued"), empty('1'), ready('I'))))
                .isEqualTo(notice("queued"));
        channel.send(all(bind("S_1"), execute(), sync()));
        assertThat(Wire.read(channel.receive(
                        all(empty('2'), empty('n'), notice("raised"), complete("SELECT 1"), ready('I')))))
                .containsExactly("2", "N SNOTICE VNOTICE C00000 Mraised", SHAPE_CHANGED, "Z I");
    }

    @Test
    void notesTheErrorThatEndsTheConnection_alsoInAnAnswerOfItsOwn() {
        channel.send(all(SELECT, describe("S_1"), sync()));
        channel.receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        channel.receive(error("ERROR", "42P01", "relation is gone"));
        assertThat(channel.filter().fatalError()).isNull();
        assertThat(channel.receive(error("FATAL", "08P01", "server conn crashed?")))
                .isEmpty();
        assertThat(channel.filter().fatalError()).isNotNull().satisfies(fatal -> {
            assertThat(fatal.message()).isEqualTo("server conn crashed?");
            assertThat(fatal.isFromPooler()).isTrue();
        });
    }

    @Test
    void followsTheStateOfTheTransaction() {
        for (char status : new char[] {'T', 'E', 'I'}) {
            channel.send(query("x"));
            channel.receive(all(complete("x"), ready(status)));
            assertThat(channel.filter().transactionStatus()).isEqualTo((byte) status);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void readsAStreamHoweverItIsCut(int pieces) {
        byte[] stream = longStream();
        byte[] expected = afterLongRequest(stream);
        assertThat(Wire.read(expected)).contains(SHAPE_CHANGED).hasSizeGreaterThan(10);
        Random random = new Random(pieces);
        for (int round = 0; round < 200; round++) {
            int[] cuts = random.ints(pieces, 0, stream.length + 1).sorted().toArray();
            channel.reopen();
            assertThat(afterLongRequest(stream, cuts))
                    .as("cut at %s", Arrays.toString(cuts))
                    .isEqualTo(expected);
        }
    }

    @Test
    void readsAStreamCutAtEachPlace() {
        byte[] stream = longStream();
        byte[] expected = afterLongRequest(stream);
        for (int cut = 1; cut < stream.length; cut++) {
            channel.reopen();
            assertThat(afterLongRequest(stream, cut)).as("cut at %s", cut).isEqualTo(expected);
        }
    }

    @Test
    void passesALargeRowOnAsItComes() {
        channel.prepare();
        channel.send(all(bind("S_1"), execute(), sync()));
        channel.receive(all(empty('2'), COLUMNS));
        byte[] large = row(4 << 20);
        for (int at = 0; at < large.length; at += 1 << 16) {
            byte[] part = Arrays.copyOfRange(large, at, Math.min(large.length, at + (1 << 16)));
            assertThat(channel.receive(part)).isEqualTo(part);
        }
        assertThat(channel.receive(all(complete("SELECT 1"), ready('I')))).hasSize(5 + 9 + 6);
    }

    @Test
    void dropsALargeRowAsItComes() {
        channel.prepare();
        channel.send(all(bind("S_1"), execute(), sync()));
        channel.receive(all(empty('2'), empty('n')));
        byte[] large = row(4 << 20);
        for (int at = 0; at < large.length; at += 1 << 16) {
            assertThat(channel.receive(Arrays.copyOfRange(large, at, Math.min(large.length, at + (1 << 16)))))
                    .isEmpty();
            assertThat(channel.buffered()).isZero();
        }
        assertThat(Wire.read(channel.receive(all(complete("SELECT 1"), ready('I')))))
                .containsExactly(SHAPE_CHANGED, "Z I");
    }

    @Test
    void freesHalfAMessageWhenTheConnectionEnds() {
        channel.receive(Arrays.copyOf(COLUMNS, 20));
        assertThat(channel.buffered()).isPositive();
        channel.close();
        assertThat(channel.buffered()).isZero();
    }

    /** What comes of a stream of answers to: a preparation, its repetition, three executions, a simple query. */
    private byte[] afterLongRequest(byte[] stream, int... cuts) {
        channel.send(all(SELECT, describe("S_1"), sync()));
        byte[] prepared = channel.receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        channel.sent();
        channel.send(all(bind("S_1"), execute(), sync(), bind("S_1"), execute(), sync(), query("x")));
        channel.filter().open("BEGIN");
        channel.send(all(bind("S_1"), execute(), sync()));
        return all(prepared, channel.receive(stream, cuts));
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
}
