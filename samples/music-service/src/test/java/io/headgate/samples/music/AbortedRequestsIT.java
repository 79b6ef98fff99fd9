package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.client.Headgate;
import io.headgate.pool.PoolState;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.junit.SharedPostgres;
import io.netty.handler.codec.http.HttpMethod;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Clients who hang up at any moment, a third of them, while the service is at work for them: no lease is lost, no
 * connection is left dirty, no request gets stuck. {@code -Dheadgate.test.long=true} sends 100,000 requests.
 */
@SharedPostgres(pooled = true, bouncerSettings = "default_pool_size=8")
class AbortedRequestsIT {

    private static final int REQUESTS = Boolean.getBoolean("headgate.test.long") ? 100_000 : 20_000;
    private static final int CLIENTS = 128;
    private static final int TRACKS = 20;

    /** More than the slowest answer takes while the service is at its limit; who waits for longer is stuck. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
    private final LongAdder confirmedPlays = new LongAdder();

    @Test
    void clientsWhoHangUpLeaveNothingBehind(PostgresCluster cluster) {
        String url = DatabaseUrls.headgate(cluster).replace("PT2S", "PT30S");
        LoopResources loops = LoopResources.create("client", 1, true);
        ConnectionProvider connections = ConnectionProvider.create("client", CLIENTS);
        try (RunningService service = RunningService.start(cluster, url)) {
            MusicContract.truncate(cluster);
            long artist = service.api().createArtist("Low");
            IntStream.rangeClosed(1, TRACKS).forEach(n -> service.api().createTrack(artist, "Track " + n));
            HttpClient client = HttpClient.create(connections)
                    .runOn(loops)
                    .baseUrl("http://127.0.0.1:" + service.port())
                    .headers(headers -> headers.set("Content-Type", "application/json"))
                    .responseTimeout(PATIENCE);

            SplittableRandom random = new SplittableRandom(20261121);
            Flux.range(0, REQUESTS)
                    .map(n -> random.split())
                    .flatMap(own -> request(client, own), CLIENTS)
                    .blockLast(Duration.ofMinutes(10));

            assertThat(ends.keySet()).as(ends.toString()).isSubsetOf("200", "201", "aborted");
            assertThat(ends.get("aborted").sum()).as(ends.toString()).isGreaterThan(REQUESTS / 10);
            assertThat(ends.get("201").sum()).as(ends.toString()).isGreaterThan(REQUESTS / 10);
            awaitRest(service, cluster);
            assertThat(cluster.primary()
                            .queryValue(
                                    "SELECT bool_and(play_count = (SELECT count(*) FROM play WHERE track_id = track.id))"
                                            + " FROM track"))
                    .as("a play is counted and recorded, or neither")
                    .isEqualTo("t");
            assertThat(Long.parseLong(cluster.primary().queryValue("SELECT count(*) FROM play")))
                    .isGreaterThanOrEqualTo(confirmedPlays.sum());
            service.api().post("/api/tracks/1/plays", null).created();
        } finally {
            connections.disposeLater().block();
            loops.disposeLater().block();
        }
    }

    private Mono<Void> request(HttpClient client, SplittableRandom random) {
        int track = random.nextInt(1, TRACKS + 1);
        boolean play = false;
        HttpClient.ResponseReceiver<?> asked;
        switch (random.nextInt(4)) {
            case 0 -> asked = client.get().uri("/api/tracks/" + track);
            case 1 -> asked = client.get().uri("/api/tracks?q=track&size=20");
            default -> {
                play = true;
                asked = client.request(HttpMethod.POST)
                        .uri("/api/tracks/" + track + "/plays")
                        .send(ByteBufFlux.fromString(Mono.empty()));
            }
        }
        boolean plays = play;
        Mono<String> status = asked.responseSingle((response, body) -> body.asString()
                        .thenReturn(Integer.toString(response.status().code())))
                .doOnNext(code -> {
                    if (plays && code.equals("201")) {
                        confirmedPlays.increment();
                    }
                });
        boolean aborts = random.nextInt(3) == 0;
        Mono<String> end =
                aborts ? status.timeout(Duration.ofNanos(random.nextLong(12_000_000)), Mono.just("aborted")) : status;
        return end.onErrorResume(error -> Mono.just(error.toString()))
                .doOnNext(
                        how -> ends.computeIfAbsent(how, key -> new LongAdder()).increment())
                .then();
    }

    private static void awaitRest(RunningService service, PostgresCluster cluster) {
        Headgate db = ((Wrapped<?>) service.context().getBean(ConnectionFactory.class)).unwrap(Headgate.class);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            PoolState state = db.poolState();
            assertThat(state.leased()).as(state.toString()).isZero();
            assertThat(state.waiting()).as(state.toString()).isZero();
            assertThat(cluster.primary()
                            .queryValue("SELECT count(*) FROM pg_stat_activity"
                                    + " WHERE usename = 'app' AND backend_type = 'client backend' AND state <> 'idle'"))
                    .isEqualTo("0");
            assertThat(cluster.primary().bouncer().show("POOLS"))
                    .filteredOn(pool -> "app".equals(pool.get("user")))
                    .allSatisfy(pool -> {
                        assertThat(pool.get("sv_active")).isEqualTo("0");
                        assertThat(pool.get("cl_waiting")).isEqualTo("0");
                    });
        });
    }
}
