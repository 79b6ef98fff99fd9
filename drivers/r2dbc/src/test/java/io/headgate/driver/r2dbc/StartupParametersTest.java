package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StartupParametersTest {

    private static ByteBuf startup(String... strings) {
        ByteBuf body = Unpooled.buffer();
        for (String string : strings) {
            body.writeBytes(string.getBytes(StandardCharsets.UTF_8)).writeByte(0);
        }
        return Unpooled.buffer()
                .writeInt(9 + body.readableBytes())
                .writeInt(3 << 16)
                .writeBytes(body)
                .writeByte(0);
    }

    @Test
    void takesOutWhatPoolersRefuseAndLeavesTheRest() {
        ByteBuf stripped = StartupParameters.correct(
                startup(
                        "user",
                        "app",
                        "extra_float_digits",
                        "2",
                        "DateStyle",
                        "ISO",
                        "TimeZone",
                        "Europe/Berlin",
                        "x",
                        ""),
                null);
        assertThat(stripped).isEqualTo(startup("user", "app", "DateStyle", "ISO", "x", ""));
    }

    @Test
    void putsTheTimeZoneOfTheSettingsInPlaceOfTheJvms() {
        ByteBuf changed =
                StartupParameters.correct(startup("user", "app", "TimeZone", "Europe/Berlin"), "Asia/Kathmandu");
        assertThat(changed).isEqualTo(startup("user", "app", "TimeZone", "Asia/Kathmandu"));
    }

    @Test
    void leavesAnyOtherMessageAlone() {
        ByteBuf cancel = Unpooled.buffer().writeInt(16).writeInt(80_877_102).writeLong(1);
        assertThat(StartupParameters.correct(cancel, "UTC")).isSameAs(cancel);
    }
}
