package io.headgate.samples.music;

import io.headgate.testkit.PostgresCluster;
import java.util.Arrays;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service, started by a test itself on a port that is free. */
record RunningService(ConfigurableApplicationContext context) implements AutoCloseable {

    static RunningService start(PostgresCluster cluster, String databaseUrl, Class<?>... configuration) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(MusicService.class);
        Arrays.stream(configuration).forEach(application::sources);
        return new RunningService(application.run(
                "--server.port=0",
                "--spring.r2dbc.url=" + databaseUrl,
                "--spring.flyway.url=" + cluster.primary().jdbcUrl()));
    }

    Api api() {
        return new Api(port());
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
