package io.headgate.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.client.Headgate;
import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.junit.SharedPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.TransactionAwareConnectionFactoryProxy;
import reactor.core.publisher.Flux;

/** Real contexts of Spring Boot 3.5, from a URL alone; the sample's {@code SpringBoot4IT} has those of 4. */
@SharedPostgres
class SpringBootIT {

    private final PostgresCluster cluster;
    private String application;

    SpringBootIT(PostgresCluster cluster) {
        this.cluster = cluster;
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
    }

    @BeforeEach
    void name(TestInfo test) {
        application = test.getTestMethod().orElseThrow().getName().replaceAll("(?<=^.{50}).*", "");
        AtTheEnd.answer.set(null);
    }

    private String url() {
        return cluster.primary().url().replace("postgresql://", "r2dbc:headgate://") + "?applicationName="
                + application;
    }

    private SpringApplicationBuilder boot(Class<?>... sources) {
        return new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .properties("spring.r2dbc.url=" + url(), "spring.r2dbc.pool.enabled=false");
    }

    private static String ask(ConnectionFactory factory, String sql) {
        return Flux.usingWhen(
                        factory.create(),
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .flatMap(result -> result.map((row, columns) -> row.get(0, String.class))),
                        connection -> connection.close())
                .blockLast();
    }

    private static String useIn(ConfigurableApplicationContext context) {
        return ask(context.getBean(ConnectionFactory.class), "SELECT 'answered'");
    }

    private void isAtRest() {
        // PostgreSQL takes a moment to notice that a client has left
        await().untilAsserted(() -> assertThat(connections()).isEqualTo("0"));
    }

    private String connections() {
        return cluster.primary()
                .queryValue("SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + application + "'");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class FromTheUrl {}

    @Test
    void fourContextsLeaveNoConnection() {
        for (int i = 0; i < 4; i++) {
            try (ConfigurableApplicationContext context = boot(FromTheUrl.class).run()) {
                assertThat(useIn(context)).isEqualTo("answered");
                assertThat(connections()).isNotEqualTo("0");
            }
        }
        isAtRest();
    }

    static class AtTheEnd implements DisposableBean {

        static final AtomicReference<String> answer = new AtomicReference<>();

        private final ConnectionFactory connections;

        AtTheEnd(ConnectionFactory connections) {
            this.connections = connections;
        }

        @Override
        public void destroy() {
            answer.set(ask(connections, "SELECT 'still there'"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesIt {

        @Bean
        AtTheEnd atTheEnd(ConnectionFactory connections) {
            return new AtTheEnd(connections);
        }
    }

    @Test
    void closesAfterTheLastUser() {
        boot(FromTheUrl.class, UsesIt.class).run().close();
        assertThat(AtTheEnd.answer).hasValue("still there");
        isAtRest();
    }

    @Test
    void aChildContextLeavesItsParentsClientOpen() {
        try (ConfigurableApplicationContext parent = boot(FromTheUrl.class).run()) {
            ConfigurableApplicationContext child = new SpringApplicationBuilder(AroundTheParents.class)
                    .parent(parent)
                    .web(WebApplicationType.NONE)
                    .run();
            assertThat(ask(child.getBean("aroundTheParents", ConnectionFactory.class), "SELECT 'answered'"))
                    .isEqualTo("answered");
            child.close();
            assertThat(useIn(parent)).isEqualTo("answered");
        }
        isAtRest();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class AroundTheParents {

        @Bean
        ConnectionFactory aroundTheParents(ConnectionFactory connectionFactory) {
            return new TransactionAwareConnectionFactoryProxy(connectionFactory);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Two {

        @Bean
        ConnectionFactory first(@Value("${spring.r2dbc.url}") String url) {
            return ConnectionFactories.get(url);
        }

        @Bean
        ConnectionFactory second(@Value("${spring.r2dbc.url}") String url) {
            return ConnectionFactories.get(url);
        }
    }

    @Test
    void closesEachOfSeveral() {
        try (ConfigurableApplicationContext context = boot(Two.class).run()) {
            for (String name : new String[] {"first", "second"}) {
                assertThat(ask(context.getBean(name, ConnectionFactory.class), "SELECT 'answered'"))
                        .isEqualTo("answered");
            }
        }
        isAtRest();
    }

    static ConnectionFactory shared;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class TheApplicationsOwn {

        @Bean(destroyMethod = "")
        ConnectionFactory shared() {
            return shared;
        }
    }

    @Test
    void leavesOpenWhatTheApplicationKeepsToItself() {
        HeadgateConnectionFactory own = (HeadgateConnectionFactory) ConnectionFactories.get(url());
        shared = own;
        boot(TheApplicationsOwn.class).run().close();
        assertThat(ask(own, "SELECT 'answered'")).isEqualTo("answered");
        own.close().block();
        isAtRest();
    }

    @Test
    void warnsOnceOfAPoolInFront() {
        Logger logger = (Logger) LoggerFactory.getLogger(ClosingWithTheContext.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (ConfigurableApplicationContext context = boot(FromTheUrl.class)
                .properties("spring.r2dbc.pool.enabled=true")
                .run()) {
            assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(ConnectionPool.class);
            assertThat(useIn(context)).isEqualTo("answered");
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().asString().contains("spring.r2dbc.pool.enabled=false");
        isAtRest();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnFactory {

        @Bean
        ConnectionFactory own(@Value("${spring.r2dbc.url}") String url) {
            return ConnectionFactories.get(url);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnClient {

        @Bean
        Headgate client(@Value("${node}") String node) {
            return Headgate.builder().node(node).build();
        }

        @Bean
        HeadgateConnectionFactory connections(Headgate client) {
            return client.connectionFactory();
        }
    }

    private Stream<ConfigurableApplicationContext> ownBeans(String... properties) {
        String node = cluster.primary().url() + "?application_name=" + application;
        return Stream.of(OwnFactory.class, OwnClient.class)
                .map(own -> boot(own)
                        .properties("node=" + node, "spring.sql.init.schema-locations=classpath:own-bean.sql")
                        .properties(properties)
                        .run());
    }

    @Test
    void schemaSqlIsLeftAsideForADatabaseThatIsNotEmbedded() {
        ownBeans().forEach(context -> {
            try (context) {
                assertThat(useIn(context)).isEqualTo("answered");
                assertThat(((Wrapped<?>) context.getBean(ConnectionFactory.class)).unwrap(Headgate.class))
                        .isNotNull();
            }
        });
        assertThat(cluster.primary().queryValue("SELECT count(*) FROM pg_class WHERE relname = 'own_bean'"))
                .isEqualTo("0");
        isAtRest();
    }

    @Test
    void schemaSqlIsRunWhenAskedFor() {
        ownBeans("spring.sql.init.mode=always").forEach(context -> {
            try (context) {
                assertThat(ask(context.getBean(ConnectionFactory.class), "SELECT count(*)::text FROM own_bean"))
                        .isEqualTo("0");
            }
            cluster.primary().execute("DROP TABLE own_bean");
        });
        isAtRest();
    }
}
