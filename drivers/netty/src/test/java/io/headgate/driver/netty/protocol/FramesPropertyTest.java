package io.headgate.driver.netty.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random messages in random pieces are split as they were written, some are skipped, and no memory leaks. */
class FramesPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 50_000 : 500;
    private static final int LONG = 1 << 16;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    /** A message that was written or received: its type, and a digest of its body. */
    private record Message(byte type, int length, int digest) {

        static Message of(byte type, byte[] body) {
            return new Message(type, body.length, Arrays.hashCode(body));
        }
    }

    private static final class Collector implements Frames.Receiver {

        final List<Message> received = new ArrayList<>();

        @Override
        public void message(byte type, ByteBuf in, int index, int length) {
            byte[] body = new byte[length];
            in.getBytes(index, body);
            received.add(Message.of(type, body));
        }

        @Override
        public boolean skips(byte type, int length) {
            return type == 'D';
        }
    }

    private static byte[] body(Random random) {
        byte[] body = new byte[random.nextInt(20) == 0 ? LONG - 2 + random.nextInt(40_000) : random.nextInt(20)];
        random.nextBytes(body);
        return body;
    }

    @Test
    void messagesAreSplitWhateverTheirPieces() {
        int skipped = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(SEED + round);
            ByteBuf all = Unpooled.buffer();
            List<Message> sent = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                byte type = (byte) "DTZdE".charAt(random.nextInt(5));
                byte[] body = body(random);
                all.writeByte(type).writeInt(4 + body.length).writeBytes(body);
                sent.add(Message.of(type, body));
            }
            Collector collector = new Collector();
            Frames frames = new Frames(allocator);
            frames.allowLongMessages();
            int most = random.nextBoolean() ? 20 : 30_000;
            while (all.isReadable()) {
                ByteBuf piece = Unpooled.buffer();
                piece.writeBytes(all, Math.min(all.readableBytes(), random.nextInt(most)));
                frames.feed(piece, collector);
                assertThat(piece.refCnt()).isZero();
            }
            // long messages of this type are skipped unless they came in one piece
            List<Message> expected = new ArrayList<>(sent);
            expected.removeIf(each -> each.type == 'D' && each.length >= LONG && !collector.received.contains(each));
            skipped += sent.size() - expected.size();
            assertThat(collector.received).as("seed %d", SEED + round).isEqualTo(expected);
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        assertThat(skipped).isPositive();
    }
}
