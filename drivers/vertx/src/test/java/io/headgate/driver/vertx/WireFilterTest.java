package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.FilteredChannel.COLUMNS;
import static io.headgate.driver.vertx.FilteredChannel.COLUMNS_SHOWN;
import static io.headgate.driver.vertx.FilteredChannel.SELECT;
import static io.headgate.driver.vertx.FilteredChannel.described;
import static io.headgate.driver.vertx.Wire.INT4;
import static io.headgate.driver.vertx.Wire.INT4_ARRAY;
import static io.headgate.driver.vertx.Wire.INT8;
import static io.headgate.driver.vertx.Wire.JSON;
import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.bind;
import static io.headgate.driver.vertx.Wire.close;
import static io.headgate.driver.vertx.Wire.columns;
import static io.headgate.driver.vertx.Wire.columnsShown;
import static io.headgate.driver.vertx.Wire.complete;
import static io.headgate.driver.vertx.Wire.describe;
import static io.headgate.driver.vertx.Wire.describePortal;
import static io.headgate.driver.vertx.Wire.empty;
import static io.headgate.driver.vertx.Wire.error;
import static io.headgate.driver.vertx.Wire.execute;
import static io.headgate.driver.vertx.Wire.parameters;
import static io.headgate.driver.vertx.Wire.parse;
import static io.headgate.driver.vertx.Wire.query;
import static io.headgate.driver.vertx.Wire.ready;
import static io.headgate.driver.vertx.Wire.row;
import static io.headgate.driver.vertx.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the filter has prepared and described beside what Vert.x asks, of which Vert.x hears nothing. */
class WireFilterTest {

    private static final int UNKNOWN = 705;
    private static final int TSVECTOR = 3614;
    private static final int INTERVAL = 1186;
    private static final int POINT = 600;

    @RegisterExtension
    final FilteredChannel channel = new FilteredChannel();

    @Test
    void leavesADirectConnectionAlone_butForNotingItsTypes() {
        channel.reopen(filter -> {});
        byte[] sent = all(SELECT, describe("S_1"), sync(), bind("S_1"), execute(), sync());
        byte[] rest = all(ready('I'), empty('2'), row(8), complete("SELECT 1"), ready('T'));
        assertThat(channel.send(sent)).isEqualTo(sent);
        assertThat(channel.receive(all(empty('1'), parameters(INT8), COLUMNS, rest)))
                .isEqualTo(all(empty('1'), parameters(INT8), COLUMNS_SHOWN, rest));
        assertThat(channel.filter().transactionStatus()).isEqualTo((byte) 'T');
    }

    @Test
    void preparesOnceMoreWithTheParametersTypes() {
        byte[] sent = all(SELECT, describe("S_1"), sync());
        assertThat(channel.send(sent)).isEqualTo(sent);
        assertThat(channel.receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I'))))
                .isEqualTo(all(empty('1'), parameters(INT8), COLUMNS_SHOWN, ready('I')));
        assertThat(channel.sent())
                .isEqualTo(all(close("S_1"), parse("S_1", "SELECT id, title FROM track WHERE id = $1", INT8), sync()));
        assertThat(channel.receive(all(empty('3'), empty('1'), ready('I')))).isEmpty();
    }

    @Test
    void preparesOnceWhereThereIsNothingToSay() {
        channel.send(all(parse("S_1", "SELECT 1"), describe("S_1"), sync()));
        channel.receive(all(empty('1'), parameters(), columns(0, "a", INT4), ready('I')));
        assertThat(channel.sent()).isEmpty();

        channel.send(all(parse("S_2", "SELEC $1"), describe("S_2"), sync()));
        channel.receive(all(error("ERROR", "42601", "syntax error"), ready('I')));
        assertThat(channel.sent()).isEmpty();

        channel.send(all(parse("", "SELECT $1"), describe(""), sync()));
        channel.receive(all(empty('1'), parameters(INT4), columns(0, "a", INT4), ready('I')));
        assertThat(channel.sent()).isEmpty();
    }

    @Test
    void hasEachExecutionDescribed() {
        channel.prepare();
        assertThat(channel.send(all(bind("S_1"), execute(), sync())))
                .isEqualTo(all(bind("S_1"), describePortal(), execute(), sync()));
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(channel.receive(all(described(COLUMNS, rows)))).isEqualTo(rows);
    }

    @Test
    void describesABatchOnce() {
        channel.prepare();
        assertThat(channel.send(all(bind("S_1"), execute(), bind("S_1"), execute(), sync())))
                .isEqualTo(all(bind("S_1"), describePortal(), execute(), bind("S_1"), execute(), sync()));
    }

    @Test
    void doesNotDescribeWhatItDoesNotKnow() {
        channel.prepare();
        byte[] closing = all(close("S_1"), sync());
        byte[] unknown = all(bind("S_1"), execute(), sync());
        assertThat(channel.send(closing)).isEqualTo(closing);
        assertThat(channel.send(unknown)).isEqualTo(unknown);
        byte[] simple = all(query("BEGIN"), query("COMMIT"));
        assertThat(channel.send(simple)).isEqualTo(simple);
    }

    @Test
    void sendsAnUnnamedStatementWithItsTypesInThePacketOfItsBind() {
        channel.send(all(parse("", "SELECT $1"), describe(""), sync()));
        channel.receive(all(empty('1'), parameters(INT8), columns(0, "a", INT8), ready('I')));
        assertThat(channel.send(all(parse("", "SELECT $1"), bind(""), execute(), sync())))
                .isEqualTo(all(parse("", "SELECT $1", INT8), bind(""), describePortal(), execute(), sync()));
        assertThat(channel.send(all(bind(""), execute(), sync())))
                .isEqualTo(all(parse("", "SELECT $1", INT8), bind(""), describePortal(), execute(), sync()));
    }

    @Test
    void keepsAnUnnamedParseThatWasNeverDescribed() {
        byte[] oneShot = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        assertThat(channel.send(oneShot)).isEqualTo(oneShot);
        byte[] atTheEndOfItsBuffer = parse("", "SELECT 1");
        assertThat(channel.send(atTheEndOfItsBuffer)).isEqualTo(atTheEndOfItsBuffer);
    }

    @Test
    void substitutesTypes_andDoesNotTakeThatForAChange() {
        byte[] json = columns(1, "a", JSON, "b", INT4, "c", INTERVAL, "d", INT4_ARRAY);
        byte[] substituted =
                columnsShown("a", JSON, TSVECTOR, "b", INT4, INT4, "c", INTERVAL, POINT, "d", INT4_ARRAY, TSVECTOR);
        channel.send(all(parse("S_3", "SELECT"), describe("S_3"), sync()));
        assertThat(channel.receive(all(empty('1'), parameters(JSON, INT4, 1231, 1186), json, ready('I'))))
                .isEqualTo(all(empty('1'), parameters(UNKNOWN, INT4, UNKNOWN, UNKNOWN), substituted, ready('I')));
        assertThat(channel.sent()).isEqualTo(all(close("S_3"), parse("S_3", "SELECT", JSON, INT4, 1231, 1186), sync()));
        channel.receive(all(empty('3'), empty('1'), ready('I')));
        channel.send(all(bind("S_3"), execute(), sync()));
        byte[] done = all(empty('2'), complete("SELECT 0"), ready('I'));
        assertThat(channel.receive(all(described(json, done)))).isEqualTo(done);
    }
}
