package io.headgate.samples.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import io.headgate.testkit.junit.SharedPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/** The client's own {@code SpringBootIT} has more, on Spring Boot 3.5. */
@SharedPostgres(pooled = true)
@ExtendWith(OutputCaptureExtension.class)
class SpringBoot4IT {

    private final PostgresNode node;

    SpringBoot4IT(PostgresCluster cluster) {
        node = cluster.primary();
    }

    /** Arguments, since the sample's own application.properties is on the class path too. */
    private ConfigurableApplicationContext run(List<String> arguments, Class<?>... sources) {
        return new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .run(Stream.concat(
                                Stream.of(
                                        "--node=" + node.url(),
                                        "--spring.r2dbc.url="
                                                + node.url().replace("postgresql://", "r2dbc:headgate://"),
                                        "--spring.flyway.enabled=false"),
                                arguments.stream())
                        .toArray(String[]::new));
    }

    private static List<String> named(String application, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--spring.r2dbc.properties.application-name=" + application,
                                "--spring.r2dbc.pool.enabled=false"),
                        Stream.of(more))
                .toList();
    }

    private static String useIn(ConfigurableApplicationContext context) {
        return ask(context.getBean(ConnectionFactory.class), "SELECT current_setting('application_name')");
    }

    private static String ask(ConnectionFactory factory, String sql) {
        return Objects.requireNonNull(Flux.usingWhen(
                        factory.create(),
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .flatMap(result -> result.map(row -> row.get(0, String.class))),
                        Connection::close)
                .blockLast());
    }

    private void isAtRest(String application) {
        // PostgreSQL takes a moment to notice that a client has left
        await().untilAsserted(() -> assertThat(node.queryValue(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = ?", application))
                .isEqualTo("0"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class FromTheUrl {}

    @Test
    void fourContextsLeaveNoConnection() {
        for (int i = 0; i < 4; i++) {
            try (ConfigurableApplicationContext context = run(named("four"), FromTheUrl.class)) {
                assertThat(useIn(context)).isEqualTo("four");
            }
        }
        isAtRest("four");
    }

    @Test
    void warnsOfAPoolInFrontAndClosesBehindIt(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                run(List.of("--spring.r2dbc.properties.application-name=pooled"), FromTheUrl.class)) {
            assertThat(useIn(context)).isEqualTo("pooled");
        }
        assertThat(output).containsOnlyOnce("set spring.r2dbc.pool.enabled=false");
        isAtRest("pooled");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnFactory {

        @Bean
        ConnectionFactory own(@Value("${spring.r2dbc.url}") String url) {
            return ConnectionFactories.get(url + "?applicationName=own");
        }
    }

    @Test
    void anOwnFactoryGoesWithSchemaSql() {
        try (ConfigurableApplicationContext context = run(
                named("own", "--spring.sql.init.schema-locations=classpath:db/migration/V1__catalogue.sql"),
                OwnFactory.class)) {
            assertThat(useIn(context)).isEqualTo("own");
        }
        isAtRest("own");
    }

    /** What {@code @ServiceConnection} makes of a container of Testcontainers: the driver is R2DBC PostgreSQL's. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OfAContainer {

        @Bean
        R2dbcConnectionDetails container(@Value("${node}") URI node) {
            String[] user = node.getUserInfo().split(":", 2);
            ConnectionFactoryOptions options = ConnectionFactoryOptions.builder()
                    .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                    .option(ConnectionFactoryOptions.HOST, node.getHost())
                    .option(ConnectionFactoryOptions.PORT, node.getPort())
                    .option(ConnectionFactoryOptions.USER, user[0])
                    .option(ConnectionFactoryOptions.PASSWORD, user[1])
                    .option(ConnectionFactoryOptions.DATABASE, node.getPath().substring(1))
                    .build();
            return () -> options;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnHeadgate {

        @Bean
        ConnectionFactoryOptionsBuilderCustomizer onHeadgate() {
            return options -> options.option(ConnectionFactoryOptions.DRIVER, "headgate");
        }
    }

    @Test
    void aServiceConnectionIsTheOtherDriversWithoutACustomizer() {
        try (ConfigurableApplicationContext context = run(named("other"), OfAContainer.class)) {
            assertThat(useIn(context)).isEqualTo("r2dbc-postgresql");
        }
    }

    @Test
    void aCustomizerHasAServiceConnectionRunOnHeadgate() {
        try (ConfigurableApplicationContext context = run(named("container"), OfAContainer.class, OnHeadgate.class)) {
            assertThat(useIn(context)).isEqualTo("headgate");
        }
        isAtRest("headgate");
    }
}
