package io.headgate.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.LoginSettings.ChannelBinding;
import io.headgate.core.driver.LoginSettings.Method;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import io.headgate.core.error.ConfigurationException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginSettingsTest {

    private static LoginSettings of(String parameters) {
        return ConnectionSettings.parse("postgresql://app:s3cret@db/music?" + parameters)
                .login();
    }

    @Test
    void acceptsEveryMethodByDefault() {
        LoginSettings usual = of("sslmode=prefer");
        assertThat(usual).isEqualTo(LoginSettings.defaults());
        assertThat(usual.requireAuth()).containsExactlyInAnyOrder(Method.values());
        assertThat(usual.channelBinding()).isEqualTo(ChannelBinding.PREFER);
        assertThat(usual.maxProtocolVersion()).isEqualTo(ProtocolVersion.V3_0);
    }

    @Test
    void readsTheNewestVersionToAskFor() {
        assertThat(of("max_protocol_version=3.0").maxProtocolVersion()).isEqualTo(ProtocolVersion.V3_0);
        assertThat(of("max_protocol_version=3.2").maxProtocolVersion()).isEqualTo(ProtocolVersion.V3_2);
        assertThat(of("max_protocol_version=latest").maxProtocolVersion()).isEqualTo(ProtocolVersion.V3_2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scram-sha-256 | scram-sha-256",
                "md5,none | md5 none",
                "scram-sha-256,gss | scram-sha-256",
                "!none | md5 password scram-sha-256",
                "!password,!md5 | none scram-sha-256",
                "!gss,!sspi,!oauth | md5 none password scram-sha-256",
            })
    void readsMethodsAsLibpq(String text, String accepted) {
        assertThat(of("require_auth=" + text).requireAuth().stream()
                        .map(Method::parameter)
                        .sorted()
                        .collect(Collectors.joining(" ")))
                .isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "require_auth=scram | it is a list of password, md5, scram-sha-256, none",
                "require_auth=md5,!none | cannot stand together",
                "require_auth=!none,md5 | cannot stand together",
                "require_auth=md5,md5 | names md5 twice",
                "require_auth=md5, | it is a list of",
                "require_auth=gss | leaves no method",
                "require_auth=!none,!md5,!password,!scram-sha-256 | leaves no method",
                "channel_binding=on | it is one of disable, prefer, require",
                "max_protocol_version=3.1 | it is one of 3.0, 3.2, latest",
                "channel_binding=require&require_auth=md5 | scram-sha-256 alone has",
                "channel_binding=require&sslmode=disable | needs sslmode=require",
            })
    void saysWhatIsWrong(String parameters, String problem) {
        assertThatThrownBy(() -> of(parameters))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void isCopied() {
        Set<Method> methods = new java.util.HashSet<>(Set.of(Method.MD5));
        LoginSettings settings = new LoginSettings(methods, ChannelBinding.PREFER, ProtocolVersion.V3_2);
        methods.add(Method.NONE);
        assertThat(settings.requireAuth()).containsExactly(Method.MD5);
        ConnectionSettings changed =
                ConnectionSettings.parse("postgresql://app@db/music").login(settings);
        assertThat(changed.login()).isEqualTo(settings);
        assertThat(changed.database("other").login()).isEqualTo(settings);
    }
}
