package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.FilteredChannel.COLUMNS;
import static io.headgate.driver.vertx.FilteredChannel.described;
import static io.headgate.driver.vertx.Wire.INT4;
import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.begin;
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
import static io.headgate.driver.vertx.Wire.notice;
import static io.headgate.driver.vertx.Wire.parameters;
import static io.headgate.driver.vertx.Wire.parse;
import static io.headgate.driver.vertx.Wire.query;
import static io.headgate.driver.vertx.Wire.ready;
import static io.headgate.driver.vertx.Wire.row;
import static io.headgate.driver.vertx.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** BEGIN in the packet of the first statement. */
class WireFilterOpeningTest {

    @RegisterExtension
    final FilteredChannel channel = new FilteredChannel();

    @Test
    void sendsBeginWithTheFirstStatement() {
        channel.prepare();
        channel.filter().open("BEGIN READ ONLY");
        assertThat(channel.send(all(bind("S_1"), execute(), sync(), bind("S_1"), execute(), sync())))
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
        assertThat(channel.filter().forgetOpening()).isFalse();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('T'));
        byte[] begun = all(empty('1'), empty('2'), complete("BEGIN"));
        assertThat(channel.receive(all(begun, described(COLUMNS, rows), described(COLUMNS, rows))))
                .isEqualTo(all(rows, rows));
    }

    @Test
    void sendsBeginWithAPreparation_butNotWithACommitOrAClose() {
        channel.filter().open("BEGIN");
        byte[] before = all(query("COMMIT"), close("S_0"), sync());
        byte[] preparing = all(parse("S_1", "SELECT 1"), describe("S_1"), sync());
        assertThat(channel.send(all(before, preparing))).isEqualTo(all(before, begin("BEGIN"), preparing));
        byte[] done = all(complete("COMMIT"), ready('I'), empty('3'), ready('I'));
        byte[] begun = all(empty('1'), empty('2'), complete("BEGIN"), notice("raised"), empty('1'), parameters());
        assertThat(channel.receive(all(done, begun, columns(0, "a", INT4), ready('T'))))
                .isEqualTo(all(
                        done, notice("raised"), empty('1'), parameters(), columnsShown("a", INT4, INT4), ready('T')));
    }

    @Test
    void sendsBeginOnADirectConnectionToo() {
        channel.reopen(WireFilter::start);
        byte[] first = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        channel.send(all(first, first));
        channel.filter().open("BEGIN");
        assertThat(channel.send(first)).isEqualTo(all(begin("BEGIN"), first));
        byte[] rows = all(empty('1'), empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(channel.receive(all(rows, rows, empty('1'), empty('2'), complete("BEGIN"), rows, rows)))
                .isEqualTo(all(rows, rows, rows, rows));
    }

    @Test
    void givesTheErrorOfBeginToTheStatement_andTriesAgainWithTheNext() {
        channel.prepare();
        byte[] refused = all(error("ERROR", "0A000", "cannot use serializable mode in a hot standby"), ready('I'));
        for (int i = 0; i < 2; i++) {
            if (i == 0) {
                channel.filter().open("BEGIN ISOLATION LEVEL SERIALIZABLE");
            }
            assertThat(channel.send(all(bind("S_1"), execute(), sync())))
                    .startsWith(begin("BEGIN ISOLATION LEVEL SERIALIZABLE"));
            assertThat(channel.receive(all(empty('1'), empty('2'), refused))).isEqualTo(refused);
        }
        assertThat(channel.filter().forgetOpening()).isTrue();
        byte[] rows = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));
        assertThat(channel.send(all(bind("S_1"), execute(), sync()))).startsWith(all(bind("S_1"), describePortal()));
        assertThat(channel.receive(all(described(COLUMNS, rows)))).isEqualTo(rows);
    }

    @Test
    void sendsNoBeginThatWasTakenBack() {
        assertThat(channel.filter().forgetOpening()).isFalse();
        channel.filter().open("BEGIN");
        assertThat(channel.filter().forgetOpening()).isTrue();
        byte[] sent = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        assertThat(channel.send(sent)).isEqualTo(sent);
    }
}
