package io.headgate.routing.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.ConsistencySession;
import io.headgate.routing.RealNodes;
import io.headgate.routing.ReplicaRouter;
import io.headgate.routing.RoutingOptions;
import io.headgate.routing.SessionTokens;
import io.headgate.routing.topology.Position;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A service on Reactor Netty over three nodes. Its replicas replay nothing, so a read on them does not see what was just written. */
class SessionsOverHttpIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final SessionTokens TOKENS =
            SessionTokens.signedBy("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    private static PostgresCluster cluster;

    private RealNodes nodes;
    private ReplicaRouter db;
    private DisposableServer server;

    @BeforeAll
    static void startCluster() {
        cluster = PostgresCluster.builder().pooled(true).replicas(2).start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void start() {
        cluster.reset();
        nodes = new RealNodes(cluster);
        db = nodes.router(RoutingOptions.defaults());
        nodes.await(2);
        db.sql("CREATE TABLE IF NOT EXISTS posted (id bigint)").update().block(SOON);
        db.sql("TRUNCATE posted").update().block(SOON);
        cluster.awaitReplicasCaughtUp();
        server = HttpServer.create()
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(this::handle)
                        .filter(ConsistencyWebFilter.cookie(TOKENS), ConsistencyWebFilter.header(TOKENS))
                        .build()))
                .bindNow();
    }

    @AfterEach
    void stop() {
        server.disposeNow();
        db.close();
        nodes.close();
    }

    private Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        return switch (exchange.getRequest().getPath().value()) {
            case "/post" -> insert().flatMap(inserted -> text(response, Mono.just("1")));
            // each row is told before the next is written
            case "/post-many" ->
                text(response, Flux.range(1, 3).concatMap(i -> insert()).map(String::valueOf));
            case "/count" -> text(response, count().map(String::valueOf));
            case "/where" ->
                text(
                        response,
                        db.sql("SELECT pg_is_in_recovery()")
                                .map(row -> row.require(0, Boolean.class))
                                .one()
                                .map(String::valueOf));
            // another service, in the same session
            case "/by-other" ->
                other().post()
                        .uri("/post")
                        .retrieve()
                        .bodyToMono(String.class)
                        .then(count())
                        .flatMap(count -> text(response, Mono.just(String.valueOf(count))));
            default -> response.setComplete();
        };
    }

    private Mono<Long> insert() {
        return db.sql("INSERT INTO posted VALUES (1)").update();
    }

    private Mono<Long> count() {
        return db.sql("SELECT count(*) FROM posted")
                .map(row -> row.require(0, Long.class))
                .one();
    }

    private WebClient other() {
        return WebClient.builder()
                .baseUrl(url(""))
                .filter(ConsistencyExchangeFilter.header(TOKENS))
                .build();
    }

    private static Mono<Void> text(ServerHttpResponse response, Publisher<String> parts) {
        response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
        return response.writeAndFlushWith(Flux.from(parts)
                .map(part -> Mono.just(response.bufferFactory().wrap(part.getBytes(StandardCharsets.UTF_8)))));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    private HttpResponse<String> get(HttpClient browser, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return browser.send(request.build(), BodyHandlers.ofString());
    }

    private String post(HttpClient browser, String path) throws IOException, InterruptedException {
        return browser.send(
                        HttpRequest.newBuilder(URI.create(url(path)))
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    @Test
    void aBrowserSeesWhatItPosted() throws Exception {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        HttpClient browser = browser();
        for (int i = 1; i <= 20; i++) {
            assertThat(post(browser, "/post")).isEqualTo("1");
            assertThat(get(browser, "/count").body()).isEqualTo(String.valueOf(i));
        }
        // the check can fail: somebody else reads on a replica, and need not see it
        assertThat(get(browser(), "/count").body()).isEqualTo("0");
        assertThat(get(browser(), "/where").body()).isEqualTo("true");
    }

    @Test
    void aBrowserSeesWhatWasWrittenWhileTheAnswerWasSent() throws Exception {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        HttpClient browser = browser();
        assertThat(post(browser, "/post-many")).isEqualTo("111");
        assertThat(get(browser, "/count").body()).isEqualTo("3");
    }

    /** One replica replays, the other does not. */
    @Test
    void aBrowserDoesNotGoBackInTime() throws Exception {
        cluster.replicas().get(0).pauseReplay();
        HttpClient browser = browser();
        long last = 0;
        for (int i = 0; i < 100; i++) {
            post(browser(), "/post");
            long seen = Long.parseLong(get(browser, "/count").body());
            assertThat(seen).isGreaterThanOrEqualTo(last);
            last = seen;
        }
    }

    @Test
    void aServiceSeesWhatAnotherServiceWroteForIt() throws Exception {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        assertThat(get(browser(), "/by-other").body()).isEqualTo("1");
    }

    @Test
    void aForgedTokenIsIgnored() throws Exception {
        ConsistencySession far =
                ConsistencySession.startingAt(new Position(db.topology().systemId(), 1, new Lsn(Long.MAX_VALUE)));
        String forged = SessionTokens.signedBy("another key of 16+ bytes".getBytes(StandardCharsets.US_ASCII))
                .write(far);
        HttpResponse<String> answer = get(browser(), "/where", "Cookie", ConsistencyWebFilter.COOKIE + "=" + forged);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("true");
    }

    /** The cluster was restored from a backup: a token that was valid asks for what does not exist any more. */
    @Test
    void aTokenBeyondThePrimaryIsReplacedByTheNextAnswers() throws Exception {
        ConsistencySession far =
                ConsistencySession.startingAt(new Position(db.topology().systemId(), 1, new Lsn(Long.MAX_VALUE)));
        HttpClient browser = browser();
        assertThat(get(browser, "/where", ConsistencyWebFilter.HEADER, TOKENS.write(far))
                        .body())
                .isEqualTo("false");
        assertThat(get(browser, "/where").body()).as("by the cookie").isEqualTo("true");
    }
}
