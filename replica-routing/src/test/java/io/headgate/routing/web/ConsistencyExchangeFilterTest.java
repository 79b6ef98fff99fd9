package io.headgate.routing.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.topology.Lsn;
import io.headgate.routing.ConsistencySession;
import io.headgate.routing.SessionTokens;
import io.headgate.routing.topology.Position;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

class ConsistencyExchangeFilterTest {

    private static final SessionTokens TOKENS =
            SessionTokens.signedBy("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private static final String HEADER = ConsistencyWebFilter.HEADER;

    private final ConsistencyExchangeFilter filter = ConsistencyExchangeFilter.header(TOKENS);
    private final ConsistencySession session = ConsistencySession.startingAt(at(50));
    private final List<ClientRequest> sent = new ArrayList<>();

    private static Position at(long lsn) {
        return new Position(7, 1, new Lsn(lsn));
    }

    private ExchangeFunction answers(String... tokens) {
        return request -> {
            sent.add(request);
            return Mono.just(
                    ClientResponse.create(HttpStatus.OK).header(HEADER, tokens).build());
        };
    }

    private Mono<ClientResponse> call(HttpMethod method, ExchangeFunction service) {
        return filter.filter(
                ClientRequest.create(method, URI.create("http://b/")).build(), service);
    }

    private boolean wroteSomewhere() {
        ConsistencySession expected = ConsistencySession.startingAt(at(50));
        expected.wroteSomewhere();
        return TokenContent.of(session, TOKENS).equals(TokenContent.of(expected, TOKENS));
    }

    @Test
    void theSessionGoesThereAndComesBack() {
        String theirs = TOKENS.write(ConsistencySession.startingAt(at(80)));
        call(HttpMethod.POST, answers("forged", theirs))
                .contextWrite(session.inContext())
                .block();
        assertThat(TOKENS.read(sent.get(0).headers().getFirst(HEADER))
                        .orElseThrow()
                        .position())
                .isEqualTo(at(50));
        assertThat(session.position()).isEqualTo(at(80));
    }

    @Test
    void anAnswerWithoutATokenChangesNothing() {
        call(HttpMethod.POST, answers()).contextWrite(session.inContext()).block();
        assertThat(session.hasAdvanced()).isFalse();
    }

    @Test
    void withoutASessionNothingIsSent() {
        call(HttpMethod.GET, answers()).block();
        assertThat(sent.get(0).headers().getFirst(HEADER)).isNull();
    }

    @Test
    void aRepeatedRequestCarriesWhatIsKnownThen() {
        Mono<ClientResponse> call = call(HttpMethod.GET, answers()).contextWrite(session.inContext());
        call.block();
        session.advance(at(60));
        call.block();
        assertThat(TOKENS.read(sent.get(1).headers().getFirst(HEADER))
                        .orElseThrow()
                        .position())
                .isEqualTo(at(60));
    }

    @Test
    void aWriteWithoutAnAnswerMayHaveBeenDone() {
        ExchangeFunction fails = request -> Mono.error(new IllegalStateException("connection reset"));
        call(HttpMethod.GET, fails)
                .onErrorComplete()
                .contextWrite(session.inContext())
                .block();
        assertThat(wroteSomewhere()).isFalse();
        call(HttpMethod.PUT, fails)
                .onErrorComplete()
                .contextWrite(session.inContext())
                .block();
        assertThat(wroteSomewhere()).isTrue();
    }

    @Test
    void soMayAWriteThatWasGivenUp() {
        call(HttpMethod.PUT, request -> Mono.never())
                .contextWrite(session.inContext())
                .subscribe()
                .dispose();
        assertThat(wroteSomewhere()).isTrue();
    }
}
