package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.ServerNotice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tap's reading of the frames that pass. */
class WireTapTest {

    private final List<WireError> noticed = new ArrayList<>();
    private final WireTap tap = new WireTap(noticed::add, null);
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0));

    @BeforeEach
    void begin() {
        tap.attachTo(channel);
        channel.writeOutbound(Unpooled.buffer().writeInt(4));
    }

    private void sync() {
        channel.writeOutbound(Unpooled.buffer().writeByte('S').writeInt(4));
    }

    private void frame(char type, ByteBuf body) {
        channel.writeInbound(Unpooled.buffer()
                .writeByte(type)
                .writeInt(body.readableBytes() + 4)
                .writeBytes(body));
    }

    private void frame(char type, String body) {
        frame(type, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    }

    @Test
    void theTransactionIsAsTheServerSaidLast() {
        assertThat(tap.transactionStatus()).isEqualTo('I');
        frame('Z', "T");
        assertThat(tap.transactionStatus()).isEqualTo('T');
        frame('Z', "E");
        assertThat(tap.transactionStatus()).isEqualTo('E');
    }

    @Test
    void allIsAnsweredWhenEachRequestHasItsReady() {
        // the login's answer, which has no request
        frame('Z', "I");
        sync();
        sync();
        List<String> signals = new ArrayList<>();
        tap.whenAnswered(() -> signals.add("answered"));
        frame('Z', "I");
        assertThat(signals).isEmpty();
        frame('Z', "I");
        assertThat(signals).containsExactly("answered");
        tap.whenAnswered(() -> signals.add("at once"));
        assertThat(signals).containsExactly("answered", "at once");
    }

    @Test
    void waitersAreNotifiedWhenTheConnectionEnds() {
        sync();
        List<String> signals = new ArrayList<>();
        tap.whenAnswered(() -> signals.add("answered"));
        tap.awaitCopy(ready -> signals.add("copy " + ready));
        tap.closed().subscribe(nothing -> {}, error -> {}, () -> signals.add("closed"));
        channel.close();
        assertThat(signals).containsExactly("answered", "copy false", "closed");
        assertThat(tap.isOpen()).isFalse();
    }

    @Test
    void columnsHaveNamesTypesAndModifiers() {
        ByteBuf description = Unpooled.buffer().writeShort(1);
        description.writeCharSequence("größe\0", StandardCharsets.UTF_8);
        description
                .writeInt(1)
                .writeShort(2)
                .writeInt(1043)
                .writeShort(-1)
                .writeInt(44)
                .writeShort(0);
        frame('T', description);
        assertThat(tap.columns().names()).containsExactly("größe");
        assertThat(tap.columns().typeId(0)).isEqualTo(1043);
        assertThat(tap.columns().typeModifier(0)).isEqualTo(44);
    }

    @Test
    void anErrorIsKeptUntilTheNextStatement() {
        frame('E', "SFEHLER\0VERROR\0C23505\0Mtaken\0DKey\0nsong_key\0Rroutine\0\0");
        assertThat(tap.lastError().error().severity()).isEqualTo("ERROR");
        assertThat(tap.lastError().error().constraint()).isEqualTo("song_key");
        assertThat(tap.fatalError()).isNull();
        tap.expectAnswer();
        assertThat(tap.lastError()).isNull();
    }

    @Test
    void whatEndsTheConnectionIsKept() {
        frame('E', "SFATAL\0VFATAL\0C57P01\0Mterminating\0Rroutine\0\0");
        tap.expectAnswer();
        assertThat(tap.fatalError().error().sqlState()).isEqualTo("57P01");
    }

    @Test
    void noticesAreAllReportedAndKeptUpToALimit() {
        for (int i = 0; i < ServerNotice.MAX_PER_STATEMENT + 5; i++) {
            frame('N', "SNOTICE\0C00000\0M" + i + "\0\0");
        }
        assertThat(noticed).hasSize(ServerNotice.MAX_PER_STATEMENT + 5);
        assertThat(tap.notices()).hasSize(ServerNotice.MAX_PER_STATEMENT);
        assertThat(tap.notices().get(0).message()).isEqualTo("0");
    }

    @Test
    void aCopyIsReadyWhenTheServerAsksForData() {
        List<Boolean> ready = new ArrayList<>();
        tap.awaitCopy(ready::add);
        frame('G', Unpooled.buffer().writeByte(0).writeShort(0));
        frame('Z', "I");
        assertThat(ready).containsExactly(true);
    }

    @Test
    void aCopyThatIsRefusedIsNotReady() {
        List<Boolean> ready = new ArrayList<>();
        tap.awaitCopy(ready::add);
        frame('E', "SERROR\0VERROR\0C42P01\0Mno table\0Rroutine\0\0");
        assertThat(ready).isEmpty();
        frame('Z', "I");
        assertThat(ready).containsExactly(false);
    }
}
