package io.headgate.driver.netty.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final Frames frames = trusted();
    private final List<String> received = new ArrayList<>();

    private Frames trusted() {
        Frames made = new Frames(allocator);
        made.allowLongMessages();
        return made;
    }

    private void receive(byte type, ByteBuf in, int index, int length) {
        received.add((char) type + in.toString(index, length, StandardCharsets.US_ASCII));
    }

    private static ByteBuf message(char type, String body) {
        return Unpooled.buffer()
                .writeByte(type)
                .writeInt(4 + body.length())
                .writeBytes(body.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(ByteBuf... messages) {
        ByteBuf all = Unpooled.wrappedBuffer(messages);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Test
    void cutsAtEveryPairOfPlaces() {
        byte[] bytes = bytes(message('1', ""), message('D', "a row"), message('C', "SELECT 1"), message('Z', "I"));
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                received.clear();
                frames.feed(Unpooled.copiedBuffer(bytes, 0, first), this::receive);
                frames.feed(Unpooled.copiedBuffer(bytes, first, second - first), this::receive);
                frames.feed(Unpooled.copiedBuffer(bytes, second, bytes.length - second), this::receive);
                assertThat(received).containsExactly("1", "Da row", "CSELECT 1", "ZI");
            }
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void putsALargeMessageTogetherAndFreesIt() {
        String row = "x".repeat(10_000_000);
        byte[] bytes = bytes(message('D', row), message('Z', "I"));
        for (int at = 0; at < bytes.length; at += 8_192) {
            frames.feed(Unpooled.wrappedBuffer(bytes, at, Math.min(8_192, bytes.length - at)), this::receive);
        }
        assertThat(received).containsExactly("D" + row, "ZI");
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void aLengthThatIsClaimedTakesNoMemory() {
        frames.feed(Unpooled.buffer().writeByte('D').writeInt(0x3fff_0000).writeInt(0), this::receive);
        assertThat(allocator.metric().usedHeapMemory()).isLessThan(1_000);
    }

    @Test
    void takesNothingLongFromAStranger() {
        Frames strangers = new Frames(allocator);
        assertThatThrownBy(() -> strangers.feed(
                        Unpooled.buffer().writeByte('S').writeInt(1 << 20).writeInt(0), this::receive))
                .isInstanceOf(DecoderException.class);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void passesOverALongMessageWithoutHoldingIt() {
        Frames.Receiver receiver = new Frames.Receiver() {
            @Override
            public void message(byte type, ByteBuf in, int index, int length) {
                receive(type, in, index, length);
            }

            @Override
            public boolean skips(byte type, int length) {
                return type == 'D';
            }
        };
        int length = 10 << 20;
        frames.feed(Unpooled.buffer().writeByte('D').writeInt(4 + length).writeZero(1_000), receiver);
        for (int left = length - 1_000; left > 0; left -= 65_536) {
            frames.feed(Unpooled.buffer().writeZero(Math.min(left, 65_536)), receiver);
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        frames.feed(message('Z', "I"), receiver);
        assertThat(received).containsExactly("ZI");
    }

    @Test
    void refusesALengthThatCannotBe() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 3, 0x4000_0004, Integer.MAX_VALUE}) {
            ByteBuf piece = Unpooled.buffer().writeByte('D').writeInt(length).writeZero(8);
            assertThatThrownBy(() -> trusted().feed(piece, this::receive)).isInstanceOf(DecoderException.class);
            assertThat(piece.refCnt()).isZero();
        }
        assertThat(received).isEmpty();
    }

    @Test
    void passesNothingOnOnceItIsClosed() {
        ByteBuf piece = Unpooled.wrappedBuffer(message('1', ""), message('2', ""), message('D', "half"));
        frames.feed(piece.slice(0, piece.readableBytes() - 2).retain(), (type, in, index, length) -> {
            receive(type, in, index, length);
            frames.close();
        });
        assertThat(received).containsExactly("1");
        frames.feed(Unpooled.wrappedBuffer(message('3', "")), this::receive);
        assertThat(received).containsExactly("1");
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** Any bytes are split or refused, and no byte is read twice. */
    @Test
    void survivesAnything() {
        Random random = new Random(1);
        for (int run = 0; run < 20_000; run++) {
            Frames each = trusted();
            try {
                for (int piece = 0; piece < 4; piece++) {
                    byte[] bytes = new byte[random.nextInt(40)];
                    random.nextBytes(bytes);
                    if (random.nextBoolean() && bytes.length > 4) {
                        bytes[1] = 0;
                        bytes[2] = 0;
                        bytes[3] = 0;
                    }
                    each.feed(
                            Unpooled.wrappedBuffer(bytes),
                            (type, in, index, length) -> assertThat(
                                            in.isReadable(0) && index + length <= in.writerIndex())
                                    .isTrue());
                }
            } catch (DecoderException refused) {
                // as it should
            }
            each.close();
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }
}
