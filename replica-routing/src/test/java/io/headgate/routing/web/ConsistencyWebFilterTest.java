package io.headgate.routing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.ConsistencySession;
import io.headgate.routing.SessionTokens;
import io.headgate.routing.topology.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.handler.DefaultWebFilterChain;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;
import org.springframework.web.server.handler.ResponseStatusExceptionHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ConsistencyWebFilterTest {

    private static final SessionTokens TOKENS =
            SessionTokens.signedBy("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private static final String READ_COOKIE = ConsistencyWebFilter.COOKIE + "-read";

    private final List<ConsistencySession> sessions = new ArrayList<>();

    private static Position at(long lsn) {
        return new Position(7, 1, new Lsn(lsn));
    }

    private static String token(long lsn) {
        return TOKENS.write(ConsistencySession.startingAt(at(lsn)));
    }

    /** A handler that does something with its session, and then answers. */
    private WebFilterChain handler(Consumer<ConsistencySession> work, Function<ServerHttpResponse, Mono<Void>> answer) {
        return exchange -> Mono.deferContextual(context -> {
            ConsistencySession session = ConsistencySession.of(context);
            sessions.add(session);
            work.accept(session);
            return answer.apply(exchange.getResponse());
        });
    }

    private static Mono<Void> nothing(ServerHttpResponse response) {
        return response.setComplete();
    }

    private static Mono<Void> text(ServerHttpResponse response, long length, Flux<String> parts) {
        response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
        if (length >= 0) {
            response.getHeaders().setContentLength(length);
        }
        return response.writeWith(
                parts.map(part -> response.bufferFactory().wrap(part.getBytes(StandardCharsets.UTF_8))));
    }

    private static Consumer<ConsistencySession> writesAt(long lsn) {
        return session -> session.advance(at(lsn));
    }

    private static MockServerWebExchange exchange(HttpMethod method, HttpCookie... cookies) {
        return MockServerWebExchange.from(
                MockServerHttpRequest.method(method, "http://music.example/").cookie(cookies));
    }

    private MockServerWebExchange run(
            MockServerWebExchange exchange,
            Consumer<ConsistencySession> work,
            Function<ServerHttpResponse, Mono<Void>> answer) {
        ConsistencyWebFilter.cookie(TOKENS)
                .filter(exchange, handler(work, answer))
                .block();
        return exchange;
    }

    private static ConsistencySession answered(MockServerWebExchange exchange, String cookie) {
        ResponseCookie sent = exchange.getResponse().getCookies().getFirst(cookie);
        assertThat(sent).as("cookie " + cookie).isNotNull();
        return TOKENS.read(sent.getValue()).orElseThrow();
    }

    private static void assertSame(ConsistencySession actual, ConsistencySession expected) {
        assertThat(TokenContent.of(actual, TOKENS)).isEqualTo(TokenContent.of(expected, TOKENS));
    }

    @Test
    void aWriteIsToldByACookie() {
        MockServerWebExchange exchange =
                run(exchange(HttpMethod.POST), writesAt(50), ConsistencyWebFilterTest::nothing);
        ResponseCookie cookie = exchange.getResponse().getCookies().getFirst(ConsistencyWebFilter.COOKIE);
        assertThat(answered(exchange, ConsistencyWebFilter.COOKIE).position()).isEqualTo(at(50));
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.isSecure()).isFalse();
        assertThat(cookie.getSameSite()).isEqualTo("Lax");
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(cookie.getMaxAge()).isEqualTo(SessionTokens.DEFAULT_LIFETIME);
    }

    @Test
    void overHttpsTheCookieIsSecure() {
        MockServerWebExchange exchange =
                MockServerWebExchange.from(MockServerHttpRequest.post("https://music.example/"));
        run(exchange, writesAt(50), ConsistencyWebFilterTest::nothing);
        assertThat(exchange.getResponse()
                        .getCookies()
                        .getFirst(ConsistencyWebFilter.COOKIE)
                        .isSecure())
                .isTrue();
    }

    @Test
    void attributesOfTheCookieMayBeChanged() {
        MockServerWebExchange exchange = exchange(HttpMethod.POST);
        ConsistencyWebFilter.cookie(TOKENS.validFor(Duration.ofHours(1)), "mine", cookie -> cookie.domain("example"))
                .filter(exchange, handler(writesAt(50), ConsistencyWebFilterTest::nothing))
                .block();
        ResponseCookie cookie = exchange.getResponse().getCookies().getFirst("mine");
        assertThat(cookie.getDomain()).isEqualTo("example");
        assertThat(cookie.getMaxAge()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void theNextRequestGoesOnFromThere() {
        run(
                exchange(HttpMethod.GET, new HttpCookie(ConsistencyWebFilter.COOKIE, token(50))),
                session -> {},
                ConsistencyWebFilterTest::nothing);
        assertThat(sessions.get(0).position()).isEqualTo(at(50));
    }

    /** The answer to a read that began before the write must not make the browser forget the write. */
    @Test
    void aReadHasACookieOfItsOwn() {
        MockServerWebExchange exchange = run(
                exchange(HttpMethod.GET, new HttpCookie(ConsistencyWebFilter.COOKIE, token(50))),
                writesAt(60),
                ConsistencyWebFilterTest::nothing);
        assertThat(exchange.getResponse().getCookies()).containsOnlyKeys(READ_COOKIE);
        assertThat(answered(exchange, READ_COOKIE).position()).isEqualTo(at(60));
    }

    @Test
    void ofSeveralCookiesTheHighestCounts() {
        run(
                exchange(
                        HttpMethod.GET,
                        new HttpCookie(ConsistencyWebFilter.COOKIE, token(50)),
                        new HttpCookie(ConsistencyWebFilter.COOKIE, token(90)),
                        new HttpCookie(ConsistencyWebFilter.COOKIE, "forged"),
                        new HttpCookie(READ_COOKIE, token(70))),
                session -> {},
                ConsistencyWebFilterTest::nothing);
        assertThat(sessions.get(0).position()).isEqualTo(at(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "forged", "AQEAAAGa1", "=", "%00"})
    void aBadTokenBeginsASession(String bad) {
        MockServerWebExchange exchange = run(
                exchange(HttpMethod.POST, new HttpCookie(ConsistencyWebFilter.COOKIE, bad)),
                session -> assertThat(session.position()).isNull(),
                ConsistencyWebFilterTest::nothing);
        assertThat(sessions).hasSize(1);
        assertThat(exchange.getResponse().getCookies()).isEmpty();
    }

    @Test
    void aRequestThatDidNotUseTheDatabaseGetsNoCookie() {
        MockServerWebExchange exchange = run(
                exchange(HttpMethod.GET, new HttpCookie(ConsistencyWebFilter.COOKIE, token(50))),
                session -> {},
                ConsistencyWebFilterTest::nothing);
        assertThat(exchange.getResponse().getCookies()).isEmpty();
    }

    /** It writes while it answers, as {@code saveAll} does. */
    @Test
    void aBodyThatGoesOnAfterAPostCountsAsAWriteAtAnUnknownPosition() {
        MockServerWebExchange exchange =
                run(exchange(HttpMethod.POST), writesAt(50), response -> text(response, -1, Flux.just("a", "b")));
        ConsistencySession expected = ConsistencySession.startingAt(at(50));
        expected.wroteSomewhere();
        assertSame(answered(exchange, ConsistencyWebFilter.COOKIE), expected);
    }

    @Test
    void aBodyOfKnownLengthDoesNot() {
        MockServerWebExchange exchange =
                run(exchange(HttpMethod.POST), writesAt(50), response -> text(response, 2, Flux.just("a", "b")));
        assertSame(answered(exchange, ConsistencyWebFilter.COOKIE), ConsistencySession.startingAt(at(50)));
    }

    @Test
    void aBodyThatGoesOnAfterAGetDoesNot() {
        MockServerWebExchange exchange =
                run(exchange(HttpMethod.GET), writesAt(50), response -> text(response, -1, Flux.just("a", "b")));
        assertSame(answered(exchange, READ_COOKIE), ConsistencySession.startingAt(at(50)));
    }

    @Test
    void aWriteBeforeTheFirstPartOfTheBodyIsTold() {
        ConsistencySession[] own = new ConsistencySession[1];
        MockServerWebExchange exchange = run(
                exchange(HttpMethod.GET),
                session -> own[0] = session,
                response -> text(
                        response,
                        -1,
                        Flux.just("a", "b").doOnNext(part -> own[0].advance(at(part.equals("a") ? 50 : 60)))));
        assertThat(answered(exchange, READ_COOKIE).position()).isEqualTo(at(50));
    }

    /** The outcome of the write is not known, so the user looks: the next read has to see it. */
    @Test
    void theAnswerToAnErrorHasTheToken() {
        MockServerWebExchange exchange = exchange(HttpMethod.POST);
        ConsistencyWebFilter filter = ConsistencyWebFilter.cookie(TOKENS);
        WebFilterChain failing = handler(
                ConsistencySession::wroteSomewhere,
                response -> Mono.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE)));
        new ExceptionHandlingWebHandler(
                        new DefaultWebFilterChain(each -> failing.filter(each), List.of(filter))::filter,
                        List.of(new ResponseStatusExceptionHandler()))
                .handle(exchange)
                .block();
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        ConsistencySession expected = ConsistencySession.create();
        expected.wroteSomewhere();
        assertSame(answered(exchange, ConsistencyWebFilter.COOKIE), expected);
    }

    @Test
    void aHeaderCarriesTokensForServices() {
        MockServerWebExchange exchange = MockServerWebExchange.from(
                MockServerHttpRequest.post("/").header(ConsistencyWebFilter.HEADER, token(50), "forged", token(40)));
        ConsistencyWebFilter.header(TOKENS)
                .filter(
                        exchange,
                        handler(
                                session -> {
                                    assertThat(session.position()).isEqualTo(at(50));
                                    session.advance(at(60));
                                },
                                ConsistencyWebFilterTest::nothing))
                .block();
        String sent = exchange.getResponse().getHeaders().getFirst(ConsistencyWebFilter.HEADER);
        assertThat(TOKENS.read(sent).orElseThrow().position()).isEqualTo(at(60));
    }

    @Test
    void bothCarriersShareASession() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/")
                .header(ConsistencyWebFilter.HEADER, token(50))
                .cookie(new HttpCookie(ConsistencyWebFilter.COOKIE, token(70))));
        WebFilterChain inner = each -> ConsistencyWebFilter.header(TOKENS)
                .filter(each, handler(session -> {}, ConsistencyWebFilterTest::nothing));
        ConsistencyWebFilter.cookie(TOKENS).filter(exchange, inner).block();
        assertThat(sessions.get(0).position()).isEqualTo(at(70));
    }

    @Test
    void eachRequestHasASessionOfItsOwn() {
        run(exchange(HttpMethod.POST), writesAt(50), ConsistencyWebFilterTest::nothing);
        run(exchange(HttpMethod.POST), session -> {}, ConsistencyWebFilterTest::nothing);
        assertThat(sessions.get(1)).isNotSameAs(sessions.get(0));
        assertThat(sessions.get(1).position()).isNull();
    }

    @Test
    void namesAreChecked() {
        assertThatThrownBy(() -> ConsistencyWebFilter.header(TOKENS, "a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"a b\"");
    }
}
