package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.FilteredChannel.COLUMNS;
import static io.headgate.driver.vertx.FilteredChannel.LIMIT;
import static io.headgate.driver.vertx.FilteredChannel.described;
import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.bind;
import static io.headgate.driver.vertx.Wire.complete;
import static io.headgate.driver.vertx.Wire.empty;
import static io.headgate.driver.vertx.Wire.error;
import static io.headgate.driver.vertx.Wire.execute;
import static io.headgate.driver.vertx.Wire.fetch;
import static io.headgate.driver.vertx.Wire.ready;
import static io.headgate.driver.vertx.Wire.row;
import static io.headgate.driver.vertx.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is beyond the limit of a result goes no further than the filter; an error takes its place. */
class WireFilterLimitTest {

    private static final byte[] TOO_LARGE = error("ERROR", "HG002", "the result is too large");
    private static final byte[] SMALL = all(empty('2'), row(8), complete("SELECT 1"), ready('I'));

    @RegisterExtension
    final FilteredChannel channel = new FilteredChannel();

    private static byte[] rows(int count, int size) {
        return all(Collections.nCopies(count, row(size)).toArray(byte[][]::new));
    }

    private byte[] answered(byte[] sent, byte[] answer, boolean pooled, int... cuts) {
        if (pooled) {
            channel.prepare();
        } else {
            channel.reopen(WireFilter::start);
        }
        channel.send(all(sent, bind("S_1"), execute(), sync()));
        return pooled
                ? channel.receive(all(described(COLUMNS, answer), described(COLUMNS, SMALL)), cuts)
                : channel.receive(all(answer, SMALL), cuts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsBackTheRowsBeyondTheLimitAndLeavesTheNextAnswerAlone(boolean pooled) {
        byte[] answer = all(empty('2'), rows(LIMIT.rows() + 50, 8), complete("SELECT 150"), ready('T'));
        assertThat(answered(all(bind("S_1"), execute(), sync()), answer, pooled))
                .isEqualTo(all(empty('2'), rows(LIMIT.rows(), 8), TOO_LARGE, ready('T'), SMALL));
    }

    @Test
    void countsBytesAndKeepsNoneOfALargeRow() {
        byte[] answer = all(empty('2'), rows(3, 4_000_000), complete("SELECT 3"), ready('I'));
        int[] cuts = IntStream.range(1, answer.length / 100_000)
                .map(i -> i * 100_000)
                .toArray();
        assertThat(answered(all(bind("S_1"), execute(), sync()), answer, false, cuts))
                .isEqualTo(all(empty('2'), rows(2, 4_000_000), TOO_LARGE, ready('I'), SMALL));
        assertThat(channel.buffered()).isZero();
    }

    @Test
    void isTheSameHoweverTheAnswerArrives() {
        byte[] answer = all(empty('2'), rows(LIMIT.rows() + 2, 8), complete("SELECT 102"), ready('I'));
        byte[] expected = all(empty('2'), rows(LIMIT.rows(), 8), TOO_LARGE, ready('I'), SMALL);
        for (int cut = 1; cut < answer.length; cut++) {
            assertThat(answered(all(bind("S_1"), execute(), sync()), answer, false, cut))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesWhatACursorAsksFor(boolean pooled) {
        byte[] answer = all(empty('2'), rows(LIMIT.rows() + 50, 8), empty('s'), ready('T'));
        assertThat(answered(all(bind("S_1"), fetch(150), sync()), answer, pooled))
                .isEqualTo(all(answer, SMALL));
    }

    @Test
    void tellsTheServersOwnErrorInstead() {
        byte[] failed = error("ERROR", "22012", "division by zero");
        byte[] answer = all(empty('2'), rows(LIMIT.rows() + 1, 8), failed, ready('I'));
        assertThat(answered(all(bind("S_1"), execute(), sync()), answer, false))
                .isEqualTo(all(empty('2'), rows(LIMIT.rows(), 8), failed, ready('I'), SMALL));
        assertThat(Arrays.equals(failed, TOO_LARGE)).isFalse();
    }
}
