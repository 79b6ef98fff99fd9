package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * Clients who hang up at any moment, a third of them and more, while the service is at work for them: no lease is lost, no
 * connection is left dirty, no request gets stuck. {@code -Dheadgate.test.long=true} sends 100,000 requests.
 */
@SharedPostgres(pooled = true, bouncerSettings = "default_pool_size=8")
class AbortedRequestsIT {

    private static final int REQUESTS = Boolean.getBoolean("headgate.test.long") ? 100_000 : 20_000;
    private static final int CLIENTS = 128;
    private static final int TRACKS = 20;

    /** About what an answer takes under this load, so that most hang up while the service is at work for them. */
    private static final Duration MOST_PATIENCE_OF_THE_HASTY = Duration.ofMillis(200);

    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
    private final LongAdder confirmedPlays = new LongAdder();

    @Test
    void clientsWhoHangUpLeaveNothingBehind(PostgresCluster cluster) {
        String url = DatabaseUrls.headgate(cluster).replace("PT2S", "PT30S");
        LoopResources loops = LoopResources.create("client", 1, true);
        try (RunningService service = RunningService.start(cluster, url, Watch.class)) {
            MusicContract.truncate(cluster);
            ListAppender<ILoggingEvent> log = log();
            long artist = service.api().createArtist("Low");
            IntStream.rangeClosed(1, TRACKS).forEach(n -> service.api().createTrack(artist, "Track " + n));
            Api patient = service.api();
            // who hangs up closes a connection of its own, as a browser does; one from a pool may be another's by then
            HttpClient hasty = HttpClient.newConnection().runOn(loops).baseUrl("http://127.0.0.1:" + service.port());
            // on the thread that also reads: Reactor Netty 1.3 gives a half-read body back twice else, and maybe
            // another's
            Scheduler hangingUp = Schedulers.fromExecutorService(loops.onClient(true));

            SplittableRandom random = new SplittableRandom(20261121);
            Flux.range(0, REQUESTS)
                    .map(n -> random.split())
                    .flatMap(own -> own.nextBoolean() ? answer(patient, own) : hangUp(hasty, hangingUp, own), CLIENTS)
                    .blockLast(Duration.ofMinutes(10));

            assertThat(ends.keySet()).as(ends.toString()).isSubsetOf("200", "201", "aborted");
            assertThat(ends.get("aborted").sum()).as(ends.toString()).isGreaterThan(REQUESTS / 5);
            assertThat(ends.get("201").sum()).as(ends.toString()).isGreaterThan(REQUESTS / 5);
            assertThat(client(service).poolStatistics().cancellations())
                    .as("at work for them")
                    .isGreaterThan(REQUESTS / 50);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Watch.ENDED.sum())
                            .as("every request that the service has begun")
                            .isEqualTo(Watch.BEGUN.sum()));
            awaitRest(service, cluster);
            assertThat(log.list)
                    .as("trouble that the service or what it stands on logs")
                    .isEmpty();
            assertThat(cluster.primary()
                            .queryValue("SELECT count(*) FROM track"
                                    + " WHERE play_count <> (SELECT count(*) FROM play WHERE track_id = track.id)"))
                    .as("a play is counted and recorded, or neither")
                    .isEqualTo("0");
            assertThat(Long.parseLong(cluster.primary().queryValue("SELECT count(*) FROM play")))
                    .isGreaterThanOrEqualTo(confirmedPlays.sum());
            service.api().post("/api/tracks/1/plays", null).created();
        } finally {
            loops.disposeLater().block();
        }
    }

    /** Collects warnings and errors from now on, such as Netty's of a buffer that was given back twice. */
    private static ListAppender<ILoggingEvent> log() {
        ListAppender<ILoggingEvent> collected = new ListAppender<>();
        ThresholdFilter serious = new ThresholdFilter();
        serious.setLevel("WARN");
        serious.start();
        collected.addFilter(serious);
        collected.start();
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(collected);
        return collected;
    }

    private Mono<Void> answer(Api client, SplittableRandom random) {
        Request request = Request.any(random);
        return counted(
                Mono.fromFuture(() -> client.sendAsync(request.method().name(), request.path(), "text/plain", null))
                        .map(answer -> Integer.toString(answer.status()))
                        .doOnNext(status -> {
                            if (request.method().equals(HttpMethod.POST)) {
                                confirmedPlays.increment();
                            }
                        }));
    }

    private Mono<Void> hangUp(HttpClient client, Scheduler hangingUp, SplittableRandom random) {
        Request request = Request.any(random);
        Duration patience = Duration.ofNanos(random.nextLong(MOST_PATIENCE_OF_THE_HASTY.toNanos()));
        return counted(client.request(request.method())
                .uri(request.path())
                .responseSingle((response, body) -> body.asString()
                        .thenReturn(Integer.toString(response.status().code())))
                .timeout(patience, Mono.just("aborted"), hangingUp));
    }

    private Mono<Void> counted(Mono<String> end) {
        return end.onErrorResume(error -> Mono.just(error.toString()))
                .doOnNext(
                        how -> ends.computeIfAbsent(how, key -> new LongAdder()).increment())
                .then();
    }

    private record Request(HttpMethod method, String path) {

        static Request any(SplittableRandom random) {
            int track = random.nextInt(1, TRACKS + 1);
            return switch (random.nextInt(4)) {
                case 0 -> new Request(HttpMethod.GET, "/api/tracks/" + track);
                case 1 -> new Request(HttpMethod.GET, "/api/tracks?q=track&size=20");
                default -> new Request(HttpMethod.POST, "/api/tracks/" + track + "/plays");
            };
        }
    }

    private static Headgate client(RunningService service) {
        return ((Wrapped<?>) service.context().getBean(ConnectionFactory.class)).unwrap(Headgate.class);
    }

    private static void awaitRest(RunningService service, PostgresCluster cluster) {
        Headgate db = client(service);
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

    /** Counts requests where the service begins and ends them, whatever becomes of their clients. */
    @Configuration(proxyBeanMethods = false)
    static class Watch {

        static final LongAdder BEGUN = new LongAdder();
        static final LongAdder ENDED = new LongAdder();

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebFilter watch() {
            return (exchange, chain) -> {
                BEGUN.increment();
                return chain.filter(exchange).doFinally(signal -> ENDED.increment());
            };
        }
    }
}
