package io.headgate.samples.music;

import io.headgate.routing.SessionTokens;
import io.headgate.routing.web.ConsistencyWebFilter;
import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Users see what they wrote by an earlier request, also where Headgate reads on replicas. With one database node, or another driver, no cookie
 * is set.
 */
@Configuration(proxyBeanMethods = false)
class SessionConfiguration {

    @Bean
    ConsistencyWebFilter userSessions(@Value("${music.session-key}") String key) {
        return ConsistencyWebFilter.cookie(SessionTokens.signedBy(key.getBytes(StandardCharsets.UTF_8)));
    }
}
