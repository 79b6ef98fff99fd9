package io.headgate.samples.music;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The service. Its code names no database driver; {@code spring.r2dbc.url} selects it. */
@SpringBootApplication
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Music service",
                        version = "1",
                        description = "A catalogue of artists and tracks. Errors are problem details (RFC 9457)."))
public class MusicService {

    /** Starts the service. */
    public static void main(String[] arguments) {
        SpringApplication.run(MusicService.class, arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
