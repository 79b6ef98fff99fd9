package io.headgate.samples.music;

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
}
