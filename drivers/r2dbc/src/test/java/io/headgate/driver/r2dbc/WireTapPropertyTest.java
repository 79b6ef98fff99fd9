package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.RowMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The columns that the tap reads: as they were described, or an error in the channel, which ends the connection. */
class WireTapPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 100_000 : 2_000;
    private static final List<String> TEXTS = List.of("", "a", "größe", "世界🎺", "?column?", "a b\n", "x".repeat(300));

    private final Random random = new Random(SEED);

    /** A tap that has seen the first message of a connection. */
    private static EmbeddedChannel channel(WireTap tap) {
        EmbeddedChannel channel =
                new EmbeddedChannel(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0));
        tap.attachTo(channel);
        channel.writeOutbound(Unpooled.buffer().writeInt(4));
        return channel;
    }

    private static ByteBuf frame(ByteBuf body) {
        ByteBuf frame = Unpooled.buffer();
        return frame.writeByte('T').writeInt(body.readableBytes() + 4).writeBytes(body);
    }

    private record Described(List<String> names, List<Integer> types, List<Integer> modifiers, ByteBuf body) {}

    private Described described() {
        Described described = new Described(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), Unpooled.buffer());
        int count = random.nextInt(20);
        described.body.writeShort(count);
        for (int i = 0; i < count; i++) {
            described.names.add(TEXTS.get(random.nextInt(TEXTS.size())) + i);
            described.types.add(random.nextInt());
            described.modifiers.add(random.nextInt());
            described.body.writeBytes((described.names.get(i) + "\0").getBytes(StandardCharsets.UTF_8));
            described.body.writeInt(random.nextInt()).writeShort(random.nextInt());
            described.body.writeInt(described.types.get(i)).writeShort(random.nextInt());
            described.body.writeInt(described.modifiers.get(i)).writeShort(random.nextInt(2));
        }
        return described;
    }

    @Test
    void columnsAreReadHoweverTheBytesAreCut() {
        for (int round = 0; round < ROUNDS; round++) {
            WireTap tap = new WireTap(notice -> {}, null);
            EmbeddedChannel channel = channel(tap);
            Described described = described();
            ByteBuf bytes = frame(described.body);
            while (bytes.isReadable()) {
                channel.writeInbound(bytes.readBytes(1 + random.nextInt(bytes.readableBytes())));
            }
            RowMetadata columns = tap.columns();
            assertThat(columns).as("seed %d, round %d", SEED, round).isNotNull();
            assertThat(columns.names()).isEqualTo(described.names);
            for (int i = 0; i < described.names.size(); i++) {
                assertThat(columns.typeId(i)).isEqualTo(described.types.get(i));
                assertThat(columns.typeModifier(i)).isEqualTo(described.modifiers.get(i));
            }
            channel.releaseInbound();
        }
    }

    /** The bytes come from the other side of a socket: what is no description is not half read, and its memory is given back. */
    @Test
    void aDescriptionThatIsCutOffIsAnErrorOfTheChannel() {
        for (int round = 0; round < ROUNDS; round++) {
            WireTap tap = new WireTap(notice -> {}, null);
            EmbeddedChannel channel = channel(tap);
            Described described = described();
            ByteBuf body = described.body;
            if (random.nextBoolean() && body.readableBytes() > 2) {
                // the format, which comes last, is not read
                body.writerIndex(2 + random.nextInt(body.readableBytes() - 4));
            } else if (random.nextBoolean()) {
                body.writerIndex(random.nextInt(2));
            } else {
                body.setShort(0, described.names.size() + 1 + random.nextInt(65_000));
            }
            ByteBuf frame = frame(body);
            assertThatThrownBy(() -> channel.writeInbound(frame))
                    .as(
                            "seed %d, round %d: %d columns in %d bytes",
                            SEED, round, described.names.size(), body.readableBytes())
                    .isInstanceOf(DecoderException.class)
                    .hasMessageContaining("type T");
            assertThat(tap.columns()).isNull();
            assertThat(frame.refCnt()).isZero();
            assertThat(channel.<Object>readInbound()).isNull();
        }
    }
}
