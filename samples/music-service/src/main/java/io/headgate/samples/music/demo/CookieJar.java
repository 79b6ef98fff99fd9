package io.headgate.samples.music.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/** Keeps the cookies of one user, as a browser does: of each name the last. */
final class CookieJar implements ExchangeFilterFunction {

    private final Map<String, String> cookies = new ConcurrentHashMap<>();

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        ClientRequest sent = ClientRequest.from(request)
                .cookies(all -> cookies.forEach(all::set))
                .build();
        return next.exchange(sent)
                .doOnNext(response -> response.cookies()
                        .forEach((name, all) -> all.forEach(each -> cookies.put(name, each.getValue()))));
    }
}
