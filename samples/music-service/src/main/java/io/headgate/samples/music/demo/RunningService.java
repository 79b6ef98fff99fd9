package io.headgate.samples.music.demo;

import io.headgate.samples.music.MusicService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The service in this process, at this machine's own address, with its log in {@link #LOG}. */
record RunningService(ConfigurableApplicationContext context) implements AutoCloseable {

    /** As {@code logback.xml} has it. */
    static final Path LOG = Path.of("target/dev/demo.log");

    private static final String HOST = "127.0.0.1";

    /** @param more adds beans that only the demo has */
    static RunningService start(
            int port, String r2dbcUrl, String jdbcUrl, ApplicationContextInitializer<GenericApplicationContext> more) {
        return new RunningService(new SpringApplicationBuilder(MusicService.class)
                .initializers(more)
                .bannerMode(Banner.Mode.OFF)
                // The testkit ends the cluster with the JVM, so work could not be finished then.
                .registerShutdownHook(false)
                .run(
                        "--server.address=" + HOST,
                        "--server.port=" + port,
                        "--spring.r2dbc.url=" + r2dbcUrl,
                        "--spring.flyway.url=" + jdbcUrl,
                        "--logging.config=classpath:io/headgate/samples/music/demo/logback.xml"));
    }

    /** Whether the service could listen on the port now; true for 0, which means any free port. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return "http://" + HOST + ":" + context.getEnvironment().getRequiredProperty("local.server.port");
    }

    @Override
    public void close() {
        context.close();
    }
}
