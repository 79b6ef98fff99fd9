package io.headgate.driver.netty.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendTest {

    private static ByteBuf of(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "INSERT 0 5, 5",
        "SELECT 1000000, 1000000",
        "UPDATE 0, 0",
        "DELETE 12, 12",
        "MERGE 3, 3",
        "COPY 9223372036854775807, 9223372036854775807",
        "SELECT 99999999999999999999999, 0",
        "CREATE TABLE, 0",
        "ALTER TABLE, 0",
        "TRUNCATE TABLE, 0",
        "LOCK TABLE, 0",
        "REFRESH MATERIALIZED VIEW, 0",
        "BEGIN, 0",
        "CALL, 0",
        "'', 0",
        "123, 0",
        "'X ', 0"
    })
    void countsRowsWhereTheTagSaysThem(String tag, long count) {
        ByteBuf in = of("##" + tag + "\0");
        assertThat(Backend.count(in, 2, tag.length() + 1)).isEqualTo(count);
    }

    @Test
    void readsAnError() {
        ByteBuf in = of("SFEHLER\0VERROR\0C23505\0Mdoppelt: ä\0Ddetail\0Hhint\0P7\0sx\0tt\0cc\0nn\0Rroutine\0\0");
        ServerError error = Backend.error(in, 0, in.readableBytes());
        assertThat(error)
                .isEqualTo(new ServerError(
                        "ERROR", "23505", "doppelt: ä", "detail", "hint", 7, "x", "t", "c", "n", "routine"));
    }

    @Test
    void readsAnErrorOfAPooler() {
        ByteBuf in = of("SFATAL\0C08P01\0Mno such user\0\0");
        assertThat(Backend.error(in, 0, in.readableBytes()))
                .isEqualTo(new ServerError("FATAL", "08P01", "no such user"));
    }

    @Test
    void readsColumns() {
        ByteBuf in = description();
        Columns columns = Columns.of(in, 0, in.readableBytes());
        assertThat(columns.metadata().names()).containsExactly("id", "größe");
        assertThat(columns.metadata().typeId(0)).isEqualTo(23);
        assertThat(columns.metadata().typeModifier(1)).isEqualTo(14);
        assertThat(columns.isBinary(0)).isTrue();
        assertThat(columns.isBinary(1)).isFalse();
        assertThat(columns.isDescribedBy(in, 0, in.readableBytes())).isTrue();
    }

    @Test
    void tellsColumnsThatDifferInAnyByte() {
        ByteBuf in = description();
        Columns columns = Columns.of(in, 0, in.readableBytes());
        for (int i = 0; i < in.readableBytes(); i++) {
            ByteBuf other = in.copy();
            other.setByte(i, other.getByte(i) + 1);
            assertThat(columns.isDescribedBy(other, 0, other.readableBytes())).isFalse();
        }
        assertThat(columns.isDescribedBy(in, 0, in.readableBytes() - 1)).isFalse();
    }

    private static ByteBuf description() {
        ByteBuf in = Unpooled.buffer().writeShort(2);
        in.writeBytes(of("id\0"))
                .writeInt(16_384)
                .writeShort(1)
                .writeInt(23)
                .writeShort(4)
                .writeInt(-1)
                .writeShort(1);
        in.writeBytes(of("größe\0"))
                .writeInt(0)
                .writeShort(0)
                .writeInt(1043)
                .writeShort(-1)
                .writeInt(14)
                .writeShort(0);
        return in;
    }

    /** A malformed body causes one kind of error. */
    @Test
    void survivesAnything() {
        Random random = new Random(1);
        for (int run = 0; run < 50_000; run++) {
            ByteBuf in = description();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                in.setByte(random.nextInt(in.readableBytes()), random.nextInt());
            }
            int length = random.nextInt(in.readableBytes() + 1);
            try {
                Columns.of(in, 0, length);
            } catch (DecoderException refused) {
                // as it should
            }
            try {
                Backend.error(in, 0, length);
            } catch (DecoderException refused) {
                // as it should
            }
        }
        assertThatThrownBy(() -> Backend.text(of("no end"), 0, 6)).isInstanceOf(DecoderException.class);
    }
}
