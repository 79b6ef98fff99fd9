package io.headgate.routing.web;

import io.headgate.routing.ConsistencySession;
import io.headgate.routing.SessionTokens;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie.ResponseCookieBuilder;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Makes a user of a WebFlux service see what the same user wrote by an earlier request. It takes the {@link ConsistencySession} from a token in
 * the request, puts it into the Reactor Context of the handler, and writes the session's token into the response. A request without a valid
 * token begins a session; a bad token is never an error.
 *
 * <pre>{@code
 * @Bean
 * ConsistencyWebFilter consistency(@Value("${music.session-key}") String key) {
 *     return ConsistencyWebFilter.cookie(SessionTokens.signedBy(key.getBytes(UTF_8)));
 * }
 * }</pre>
 *
 * <p>Register one by cookie for browsers, one by header for services, or both. A response gets a token only if its request used the database.
 *
 * <p>The token leaves with the head of the response. If the body is not complete then, the answer to a POST, PUT, PATCH or DELETE counts as one
 * that goes on to write, so the next read asks the primary for its position. What a GET writes after its body began is not in the token.
 *
 * <p>Of requests that run at the same time, a browser keeps the cookie whose response came last. A read does not replace the cookie of a write,
 * but of two concurrent writes of one browser the earlier may be missed. Headers do not have this limit, as the caller knows all of them.
 *
 * <p>Immutable, for any number of requests at once. It never waits.
 */
public final class ConsistencyWebFilter implements WebFilter, Ordered {

    /** Name of the cookie, if none is given. */
    public static final String COOKIE = "headgate-session";

    /** Name of the header, if none is given. */
    public static final String HEADER = "Headgate-Session";

    /** Early: other filters, such as those of security, may use the database. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    private final SessionTokens tokens;
    private final TokenCarrier carrier;

    private ConsistencyWebFilter(SessionTokens tokens, TokenCarrier carrier) {
        this.tokens = tokens;
        this.carrier = carrier;
    }

    /**
     * By cookies: {@value #COOKIE} for writes, and one with {@code -read} behind its name for reads. They are for all paths, {@code HttpOnly},
     * {@code SameSite=Lax}, {@code Secure} over https, and last as long as the tokens.
     */
    public static ConsistencyWebFilter cookie(SessionTokens tokens) {
        return cookie(tokens, COOKIE, cookie -> {});
    }

    /**
     * As {@link #cookie(SessionTokens)}, with another name and other attributes.
     *
     * @param change changes the attributes of each cookie
     */
    public static ConsistencyWebFilter cookie(
            SessionTokens tokens, String name, Consumer<ResponseCookieBuilder> change) {
        Objects.requireNonNull(change, "change");
        return new ConsistencyWebFilter(tokens, new CookieCarrier(checked(name), tokens.lifetime(), change));
    }

    /** By the header {@value #HEADER}, as a {@link ConsistencyExchangeFilter} of the calling service sends it. */
    public static ConsistencyWebFilter header(SessionTokens tokens) {
        return header(tokens, HEADER);
    }

    /** By a header of another name. */
    public static ConsistencyWebFilter header(SessionTokens tokens, String name) {
        return new ConsistencyWebFilter(tokens, new HeaderCarrier(checked(name)));
    }

    static String checked(String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,100}")) {
            throw new IllegalArgumentException(
                    "the name \"" + name + "\" of a cookie or header for session tokens must be"
                            + " 1 to 100 letters, digits, '_', '.' or '-'");
        }
        return name;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(context -> {
            List<ConsistencySession> earlier = carrier.received(exchange.getRequest()).stream()
                    .map(tokens::read)
                    .flatMap(Optional::stream)
                    .toList();
            // that of another such filter
            ConsistencySession outer = ConsistencySession.of(context);
            ConsistencySession session = outer == null ? ConsistencySession.startingAt(earlier) : outer;
            if (outer != null) {
                earlier.forEach(outer::include);
            }
            exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> answer(session, exchange)));
            return chain.filter(exchange).contextWrite(session.inContext());
        });
    }

    private void answer(ConsistencySession session, ServerWebExchange exchange) {
        if (session.hasAdvanced()) {
            boolean mayWrite = !TokenCarrier.isSafe(exchange.getRequest().getMethod());
            ConsistencySession told = isComplete(exchange.getResponse()) ? session : session.openCopy(mayWrite);
            carrier.send(tokens.write(told), exchange);
        }
    }

    /** Whether the handler has nothing to do any more: there is no body, or its length is known. */
    private static boolean isComplete(ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        return headers.getContentLength() >= 0 || headers.getContentType() == null;
    }

    @Override
    public String toString() {
        return "ConsistencyWebFilter[" + carrier + "]";
    }
}
