package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FatalErrorsTest {

    @Test
    void readsWhatPostgresSays() {
        assertThat(read(
                        "SFATAL",
                        "VFATAL",
                        "C57P01",
                        "Mterminating",
                        "Da detail",
                        "Ha hint",
                        "Fpostgres.c",
                        "L1",
                        "RProcessInterrupts"))
                .isEqualTo(new ServerError(
                        "FATAL",
                        "57P01",
                        "terminating",
                        "a detail",
                        "a hint",
                        0,
                        null,
                        null,
                        null,
                        null,
                        "ProcessInterrupts"));
    }

    @Test
    void readsWhatPgBouncerSays() {
        assertThat(read("SFATAL", "C08P01", "Mquery_wait_timeout"))
                .isEqualTo(new ServerError("FATAL", "08P01", "query_wait_timeout"));
    }

    @Test
    void goesByTheSeverityThatIsNeverTranslated() {
        assertThat(read("SВАЖНО", "VFATAL", "C57P01", "Mм")).isNotNull();
        assertThat(read("SPANIQUE", "VPANIC", "CXX000", "Mx")).isNotNull();
        assertThat(read("SERROR", "VERROR", "C42P01", "Mx")).isNull();
        assertThat(read("SFATAL", "VERROR", "C42P01", "Mx")).isNull();
    }

    @Test
    void survivesABodyThatIsCutOff() {
        ByteBuf whole = body("SFATAL", "C57P01", "Mterminating");
        for (int end = 0; end <= whole.writerIndex(); end++) {
            int length = end;
            assertThatCode(() -> FatalErrors.read(whole, 0, length)).doesNotThrowAnyException();
            assertThatCode(() -> FatalErrors.hideFromClosing(whole, 0, length)).doesNotThrowAnyException();
        }
    }

    @Test
    void anErrorThatEndsNoConnectionIsHiddenFromVertxAndToldBack() {
        assertThat(hidden("SERROR", "VERROR", "C57P01", "MC57P01"))
                .isEqualTo(body("SERROR", "VERROR", "C57p01", "MC57P01"));
        assertThat(hidden("SERROR", "C25P03", "Mx")).isEqualTo(body("SERROR", "C25p03", "Mx"));
        assertThat(hidden("SERROR", "C42P01", "Mx")).isEqualTo(body("SERROR", "C42P01", "Mx"));
        assertThat(FatalErrors.told("57p01")).isEqualTo("57P01");
    }

    private static ByteBuf hidden(String... fields) {
        ByteBuf body = body(fields);
        FatalErrors.hideFromClosing(body, 0, body.writerIndex());
        return body;
    }

    private static ServerError read(String... fields) {
        ByteBuf body = body(fields);
        return FatalErrors.read(body, 0, body.writerIndex());
    }

    private static ByteBuf body(String... fields) {
        return Unpooled.copiedBuffer(String.join("\0", fields) + "\0\0", StandardCharsets.UTF_8);
    }
}
