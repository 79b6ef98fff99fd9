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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** BEGIN in the packet of the first statement. */
class WireFilterOpeningTest {

    private static final byte[] RUN = all(bind("S_1"), execute(), sync());
    private static final byte[] BEGUN = all(empty('1'), empty('2'), complete("BEGIN"));
    private static final byte[] REFUSED =
            all(error("ERROR", "0A000", "cannot use serializable mode in a hot standby"), ready('I'));

    @RegisterExtension
    final FilteredChannel channel = new FilteredChannel();

    private static byte[] rows(char status) {
        return all(empty('2'), row(8), complete("SELECT 1"), ready(status));
    }

    @Test
    void sendsBeginWithTheFirstStatement() {
        channel.prepare();
        channel.filter().open("BEGIN READ ONLY");
        byte[] statement = all(bind("S_1"), describePortal(), execute(), sync());
        assertThat(channel.send(RUN)).isEqualTo(all(begin("BEGIN READ ONLY"), statement));
        assertThat(channel.filter().forgetOpening()).isFalse();
        byte[] rows = rows('T');
        assertThat(channel.receive(all(BEGUN, described(COLUMNS, rows)))).isEqualTo(rows);
        assertThat(channel.send(RUN)).isEqualTo(statement);
        assertThat(channel.receive(described(COLUMNS, rows))).isEqualTo(rows);
    }

    /** Should BEGIN fail, PostgreSQL would execute what is behind its Sync, outside a transaction. */
    @Test
    void holdsBackWhatFollowsUntilBeginIsAnswered() {
        channel.prepare();
        channel.filter().open("BEGIN");
        byte[] statement = all(bind("S_1"), describePortal(), execute(), sync());
        assertThat(channel.send(all(RUN, RUN))).isEqualTo(all(begin("BEGIN"), statement));
        assertThat(channel.send(all(RUN, query("COMMIT")))).isEmpty();
        byte[] rows = rows('T');
        assertThat(channel.receive(all(BEGUN, described(COLUMNS, rows)))).isEqualTo(rows);
        assertThat(channel.sent()).isEqualTo(all(statement, statement, query("COMMIT")));
        byte[] committed = all(complete("COMMIT"), ready('I'));
        assertThat(channel.receive(all(described(COLUMNS, rows), described(COLUMNS, rows), committed)))
                .isEqualTo(all(rows, rows, committed));
    }

    @Test
    void sendsBeginWithWhatWasHeldBackWhenItHadFailed() {
        channel.prepare();
        channel.filter().open("BEGIN");
        byte[] statement = all(bind("S_1"), describePortal(), execute(), sync());
        channel.send(all(RUN, RUN, RUN));
        channel.send(query("ROLLBACK"));
        for (int i = 0; i < 2; i++) {
            assertThat(channel.receive(all(empty('1'), empty('2'), REFUSED))).isEqualTo(REFUSED);
            assertThat(channel.filter().forgetOpening()).isFalse();
            assertThat(channel.sent()).isEqualTo(all(begin("BEGIN"), statement));
        }
        byte[] rows = rows('T');
        assertThat(channel.receive(all(BEGUN, described(COLUMNS, rows)))).isEqualTo(rows);
        assertThat(channel.sent()).isEqualTo(query("ROLLBACK"));
    }

    @Test
    void failsWhatItHeldBackWhenTheConnectionIsLost() {
        channel.reopen(WireFilter::start);
        channel.filter().open("BEGIN");
        byte[] first = all(parse("", "SELECT 1"), bind(""), execute(), sync());
        channel.send(all(first, first));
        channel.send(first);
        assertThat(channel.buffered()).isPositive();
        channel.close();
        assertThatThrownBy(channel::throwFailedWrite).isInstanceOf(ClosedChannelException.class);
        assertThat(channel.buffered()).isZero();
    }

    @Test
    void sendsBeginWithAPreparation_butNotWithACommitOrAClose() {
        channel.filter().open("BEGIN");
        byte[] before = all(query("COMMIT"), close("S_0"), sync());
        byte[] preparing = all(parse("S_1", "SELECT 1"), describe("S_1"), sync());
        assertThat(channel.send(all(before, preparing))).isEqualTo(all(before, begin("BEGIN"), preparing));
        byte[] done = all(complete("COMMIT"), ready('I'), empty('3'), ready('I'));
        byte[] described = all(notice("raised"), empty('1'), parameters());
        assertThat(channel.receive(all(done, BEGUN, described, columns(0, "a", INT4), ready('T'))))
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
        channel.filter().open("BEGIN ISOLATION LEVEL SERIALIZABLE");
        for (int i = 0; i < 2; i++) {
            assertThat(channel.send(RUN)).startsWith(begin("BEGIN ISOLATION LEVEL SERIALIZABLE"));
            assertThat(channel.receive(all(empty('1'), empty('2'), REFUSED))).isEqualTo(REFUSED);
        }
        assertThat(channel.filter().forgetOpening()).isTrue();
        byte[] rows = rows('I');
        assertThat(channel.send(RUN)).startsWith(all(bind("S_1"), describePortal()));
        assertThat(channel.receive(described(COLUMNS, rows))).isEqualTo(rows);
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
