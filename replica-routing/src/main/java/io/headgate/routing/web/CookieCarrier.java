package io.headgate.routing.web;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseCookie.ResponseCookieBuilder;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tokens in two cookies, for browsers. A browser keeps the cookie that came last. So the answer to a read that was under way during a write must
 * not replace the cookie of the write, and has its own.
 *
 * @param name of the cookie of writes; that of reads has {@link #READ} behind it
 * @param change changes the default attributes
 */
record CookieCarrier(String name, Duration lifetime, Consumer<ResponseCookieBuilder> change) implements TokenCarrier {

    static final String READ = "-read";

    @Override
    public List<String> received(ServerHttpRequest request) {
        return Stream.of(name, name + READ)
                .flatMap(each -> request.getCookies().getOrDefault(each, List.of()).stream())
                .map(HttpCookie::getValue)
                .toList();
    }

    @Override
    public void send(String token, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        ResponseCookieBuilder cookie = ResponseCookie.from(
                        TokenCarrier.isSafe(request.getMethod()) ? name + READ : name, token)
                .path("/")
                .maxAge(lifetime)
                .httpOnly(true)
                .sameSite("Lax")
                .secure("https".equals(request.getURI().getScheme()));
        change.accept(cookie);
        exchange.getResponse().addCookie(cookie.build());
    }
}
