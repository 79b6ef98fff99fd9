package io.headgate.samples.music;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.junit.SharedPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;

/** Everything that the service promises, through PgBouncer in transaction mode; a subclass names the R2DBC URL. */
@SharedPostgres(pooled = true, bouncerSettings = "default_pool_size=8")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
abstract class MusicContract
        implements ArtistContract,
                TrackContract,
                SearchContract,
                PageContract,
                WalkContract,
                BulkContract,
                PlayContract,
                ErrorContract,
                FaultContract,
                ShutdownContract,
                SurfaceContract {

    static PostgresCluster cluster;

    private Api api;

    static void register(DynamicPropertyRegistry registry, String databaseUrl) {
        registry.add("spring.r2dbc.url", () -> databaseUrl);
        registry.add("spring.flyway.url", () -> cluster.primary().jdbcUrl());
    }

    @BeforeEach
    void startFromNothing(@LocalServerPort int port) {
        api = new Api(port);
        truncate(cluster);
    }

    static void truncate(PostgresCluster cluster) {
        cluster.primary().execute("TRUNCATE artist, track, play RESTART IDENTITY");
    }

    @Override
    public Api api() {
        return api;
    }

    @Override
    public PostgresCluster cluster() {
        return cluster;
    }
}
