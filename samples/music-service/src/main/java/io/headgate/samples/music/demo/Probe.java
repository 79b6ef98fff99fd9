package io.headgate.samples.music.demo;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Watches a service's requests from inside: how long each waited for connections and for its statements, all of its waits and all of its
 * statements together. Counts plays of others than the demo's users, such as those of the page, as plays of unknown outcome.
 */
final class Probe implements WebFilter, Ordered {

    private final Recorder waits = new Recorder(3);
    private final Recorder statements = new Recorder(3);
    private final Plays plays;

    Probe(Plays plays) {
        this.plays = plays;
    }

    /** Of the requests that have ended since the last call. */
    record Taken(Histogram waits, Histogram statements) {}

    Taken take() {
        return new Taken(waits.getIntervalHistogram(), statements.getIntervalHistogram());
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        if (path.endsWith("/plays") && !exchange.getRequest().getHeaders().containsHeader(MusicClient.USER)) {
            plays.unknown();
        }
        if (!path.startsWith("/api/")) {
            return chain.filter(exchange);
        }
        return Mono.defer(() -> {
            RequestTimes times = new RequestTimes();
            return chain.filter(exchange).contextWrite(times::within).doFinally(signal -> {
                waits.recordValue(times.waitedNanos() / 1_000);
                statements.recordValue(times.statementNanos() / 1_000);
            });
        });
    }
}
