package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class MessageCounterTest {

    private static ByteBuf message(char type, String body) {
        return Unpooled.buffer()
                .writeByte(type)
                .writeInt(4 + body.length())
                .writeBytes(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void countsSyncsAndQueriesHoweverTheBytesAreCut() {
        ByteBuf all = Unpooled.wrappedBuffer(
                message('P', "SSSS\0QQ"),
                message('B', "S"),
                message('S', ""),
                message('Q', "SELECT 'S'"),
                message('d', "S".repeat(300)),
                message('S', ""));
        for (int cut = 0; cut <= all.readableBytes(); cut++) {
            MessageCounter counter = new MessageCounter();
            int found = counter.count(all.slice(0, cut)) + counter.count(all.slice(cut, all.readableBytes() - cut));
            assertThat(found).as("cut at " + cut).isEqualTo(3);
        }
        assertThat(all.readerIndex()).isZero();
    }
}
