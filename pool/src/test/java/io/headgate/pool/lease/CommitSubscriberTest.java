package io.headgate.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Observation;
import io.headgate.core.topology.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** What an observation gets of a COMMIT, and when. */
class CommitSubscriberTest {

    private final List<String> events = new ArrayList<>();

    private final Observation observation = new Observation() {
        @Override
        public void ended(@Nullable Throwable error) {
            events.add(error == null ? "ended" : "ended with an error");
        }

        @Override
        public boolean wantsCompletion() {
            return true;
        }

        @Override
        public void completed(Completion completion) {
            events.add("completed");
        }

        @Override
        public void failed(Throwable error) {
            events.add("failed");
        }

        @Override
        public void cancelled() {
            events.add("cancelled");
        }
    };

    private void commit(Mono<Completion> answer) {
        new Mono<Void>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                answer.subscribe(new CommitSubscriber(actual, context -> observation));
            }
        }.subscribe(nothing -> {}, error -> events.add("the caller's error"), () -> events.add("the caller's end"));
    }

    @Test
    void aCommit() {
        commit(Mono.just(Completion.of(Role.PRIMARY)));
        assertThat(events).containsExactly("completed", "the caller's end", "ended");
    }

    @Test
    void aFailedCommit() {
        commit(Mono.error(new IllegalStateException("refused")));
        assertThat(events).containsExactly("failed", "the caller's error", "ended with an error");
    }

    @Test
    void nothingToCommit() {
        commit(Mono.empty());
        assertThat(events).containsExactly("cancelled", "the caller's end");
    }
}
