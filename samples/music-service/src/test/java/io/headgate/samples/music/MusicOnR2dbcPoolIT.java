package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

class MusicOnR2dbcPoolIT extends MusicContract {

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        register(registry, DatabaseUrls.r2dbcPool(cluster));
    }

    @Override
    public String databaseUrl() {
        return DatabaseUrls.r2dbcPool(cluster);
    }

    @Test
    void theUrlHasDecidedTheDriver(@Autowired ConnectionFactory connections) {
        assertThat(connections.getClass().getName()).startsWith("io.r2dbc.pool.");
    }
}
