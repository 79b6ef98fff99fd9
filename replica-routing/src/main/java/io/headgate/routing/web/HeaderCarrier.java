package io.headgate.routing.web;

import java.util.List;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Tokens in a header, for services and apps. */
record HeaderCarrier(String name) implements TokenCarrier {

    @Override
    public List<String> received(ServerHttpRequest request) {
        return request.getHeaders().getValuesAsList(name);
    }

    @Override
    public void send(String token, ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set(name, token);
    }
}
