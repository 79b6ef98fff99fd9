package io.headgate.driver.vertx;

import static io.headgate.driver.vertx.Wire.INT8;
import static io.headgate.driver.vertx.Wire.TEXT;
import static io.headgate.driver.vertx.Wire.all;
import static io.headgate.driver.vertx.Wire.columns;
import static io.headgate.driver.vertx.Wire.columnsShown;
import static io.headgate.driver.vertx.Wire.describe;
import static io.headgate.driver.vertx.Wire.empty;
import static io.headgate.driver.vertx.Wire.parameters;
import static io.headgate.driver.vertx.Wire.parse;
import static io.headgate.driver.vertx.Wire.ready;
import static io.headgate.driver.vertx.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ResultLimit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@link WireFilter} in a channel of its own, which verifies executions unless it is reopened otherwise. A test that leaves a
 * buffer behind fails.
 *
 * <p>No codec of Vert.x is in the pipeline, so an answer in another shape always becomes an error.
 */
final class FilteredChannel implements AfterEachCallback {

    static final byte[] SELECT = parse("S_1", "SELECT id, title FROM track WHERE id = $1");
    static final byte[] COLUMNS = columns(100, "id", INT8, "title", TEXT);

    /** {@link #COLUMNS} as they reach Vert.x. */
    static final byte[] COLUMNS_SHOWN = columnsShown("id", INT8, INT8, "title", TEXT, TEXT);

    static final String SHAPE_CHANGED = "E SERROR VERROR CHG001 Mcached plan must not change result type";

    static final ResultLimit LIMIT = new ResultLimit(100, 10_000_000);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private WireFilter filter;
    private EmbeddedChannel channel;

    FilteredChannel() {
        open(FilteredChannel::verify);
    }

    private void open(Consumer<WireFilter> start) {
        filter = new WireFilter(LIMIT);
        channel = new EmbeddedChannel(filter);
        channel.config().setAllocator(allocator);
        start.accept(filter);
    }

    private static void verify(WireFilter filter) {
        filter.startVerifying(sent -> {
            throw new AssertionError("no codec is there to read " + sent);
        });
    }

    void reopen() {
        reopen(FilteredChannel::verify);
    }

    void reopen(Consumer<WireFilter> start) {
        leavesNoBufferBehind();
        open(start);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        leavesNoBufferBehind();
    }

    private void leavesNoBufferBehind() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    WireFilter filter() {
        return filter;
    }

    /** Bytes that the filter holds back. */
    long buffered() {
        return allocator.metric().usedHeapMemory();
    }

    void close() {
        channel.close();
    }

    /** Throws what a write has failed with. */
    void throwFailedWrite() {
        channel.checkException();
    }

    /** Has {@link #SELECT} prepared, with the types of its parameters. */
    void prepare() {
        send(all(SELECT, describe("S_1"), sync()));
        receive(all(empty('1'), parameters(INT8), COLUMNS, ready('I')));
        sent();
        receive(all(empty('3'), empty('1'), ready('I')));
    }

    /** What the socket gets of bytes that the codec sends. */
    byte[] send(byte[] bytes) {
        channel.writeOutbound(allocator.buffer(bytes.length).writeBytes(bytes));
        return sent();
    }

    /** What the socket has got since. */
    byte[] sent() {
        return drain(channel::readOutbound);
    }

    /** What the codec gets of bytes that arrive in pieces. */
    byte[] receive(byte[] bytes, int... cuts) {
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            channel.writeInbound(allocator.buffer().writeBytes(bytes, from, to - from));
            from = to;
        }
        return drain(channel::readInbound);
    }

    private static byte[] drain(Supplier<ByteBuf> source) {
        ByteBuf out = Unpooled.buffer();
        for (ByteBuf part = source.get(); part != null; part = source.get()) {
            out.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(out);
    }

    /** An answer with the description of its portal, which comes after BindComplete. */
    static byte[] described(byte[] columns, byte[] answer) {
        byte[] bound = empty('2');
        return all(bound, columns, Arrays.copyOfRange(answer, bound.length, answer.length));
    }
}
