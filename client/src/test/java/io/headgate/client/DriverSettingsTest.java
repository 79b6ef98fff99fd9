package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.r2dbc.R2dbcDriver;
import io.headgate.driver.vertx.PgBouncerConsole;
import io.headgate.driver.vertx.VertxDriver;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a driver over another library cannot keep is refused before it connects. */
class DriverSettingsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        "require_auth=scram-sha-256, require_auth",
        "require_auth=!none, require_auth",
        "channel_binding=disable, channel_binding",
        "channel_binding=require, channel_binding",
        "sslnegotiation=direct&sslmode=require, sslnegotiation",
    })
    void areRefusedWhereTheDriverCannotKeepThem(String parameter, String name) {
        ConnectionSettings settings =
                ConnectionSettings.parse("postgresql://app:s3cret@127.0.0.1:1/music?" + parameter);
        VertxDriver vertx = VertxDriver.create(DataAccessListener.NONE);
        SqlDriver r2dbc = R2dbcDriver.create(DataAccessListener.NONE);
        try {
            assertRefused(() -> vertx.connect(settings).block(SOON), "vertx", name);
            assertRefused(
                    () -> PgBouncerConsole.of(vertx, settings).run("SHOW POOLS").block(SOON), "vertx", name);
            assertRefused(() -> r2dbc.connect(settings).block(SOON), "r2dbc", name);
        } finally {
            vertx.close().block(SOON);
            r2dbc.close().block(SOON);
        }
    }

    private static void assertRefused(ThrowingCallable call, String driver, String setting) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the driver \"" + driver + "\" cannot keep " + setting)
                .hasMessageContaining("netty")
                .hasMessageNotContaining("s3cret");
    }
}
