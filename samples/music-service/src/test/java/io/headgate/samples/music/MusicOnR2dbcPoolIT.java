package io.headgate.samples.music;

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
}
