package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

class MusicOnHeadgateIT extends MusicContract {

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        register(registry, DatabaseUrls.headgate(cluster));
    }

    @Override
    public String databaseUrl() {
        return DatabaseUrls.headgate(cluster);
    }

    @Test
    void theUrlHasDecidedTheDriver(@Autowired ConnectionFactory connections) {
        assertThat(connections.getClass().getName()).startsWith("io.headgate.client.");
    }
}
