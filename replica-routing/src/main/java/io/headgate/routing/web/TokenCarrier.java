package io.headgate.routing.web;

import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Where requests and responses have their tokens. */
interface TokenCarrier {

    Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);

    /** What a request has in the place of tokens; any text. */
    List<String> received(ServerHttpRequest request);

    /** Puts a token into the response, which is not committed yet. */
    void send(String token, ServerWebExchange exchange);

    /** Whether a request of this method does not write, by the rules of HTTP. */
    static boolean isSafe(HttpMethod method) {
        return SAFE.contains(method);
    }
}
