package io.headgate.routing.web;

import io.headgate.routing.ConsistencySession;
import io.headgate.routing.SessionTokens;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Lets the services that a {@code WebClient} calls go on in the caller's session. Each request carries the token of the {@link
 * ConsistencySession} in its Reactor Context, and the session includes what the answer's token says. Requests without a session pass unchanged.
 *
 * <pre>{@code
 * WebClient.builder().filter(ConsistencyExchangeFilter.header(tokens)).build()
 * }</pre>
 *
 * <p>The called service needs a {@link ConsistencyWebFilter} by header, with the same key. If a POST, PUT, PATCH or DELETE gets no answer, the
 * service may have written: the session's next read asks the primary for its position first.
 *
 * <p>Immutable, for any number of requests at once. It never waits.
 */
public final class ConsistencyExchangeFilter implements ExchangeFilterFunction {

    private final SessionTokens tokens;
    private final String header;

    private ConsistencyExchangeFilter(SessionTokens tokens, String header) {
        this.tokens = tokens;
        this.header = header;
    }

    /** By the header {@value ConsistencyWebFilter#HEADER}. */
    public static ConsistencyExchangeFilter header(SessionTokens tokens) {
        return header(tokens, ConsistencyWebFilter.HEADER);
    }

    /** By a header of another name. */
    public static ConsistencyExchangeFilter header(SessionTokens tokens, String name) {
        return new ConsistencyExchangeFilter(tokens, ConsistencyWebFilter.checked(name));
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual(context -> {
            ConsistencySession session = ConsistencySession.of(context);
            if (session == null) {
                return next.exchange(request);
            }
            ClientRequest sent = ClientRequest.from(request)
                    .headers(headers -> headers.set(header, tokens.write(session)))
                    .build();
            Runnable unanswered = () -> {
                if (!TokenCarrier.isSafe(request.method())) {
                    session.wroteSomewhere();
                }
            };
            return next.exchange(sent)
                    .doOnNext(response -> answered(session, response))
                    .doOnError(error -> unanswered.run())
                    .doOnCancel(unanswered);
        });
    }

    private void answered(ConsistencySession session, ClientResponse response) {
        response.headers().header(header).forEach(token -> tokens.read(token).ifPresent(session::include));
    }

    @Override
    public String toString() {
        return "ConsistencyExchangeFilter[" + header + "]";
    }
}
