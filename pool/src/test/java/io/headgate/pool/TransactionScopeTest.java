package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

class TransactionScopeTest {

    private final AtomicReference<TransactionScope<String>> scope = new AtomicReference<>();
    private final AtomicBoolean endCancelled = new AtomicBoolean();

    /** Begins, and has its caller gone before it is there to be cancelled. */
    private final Mono<Void> end =
            Mono.<Void>never().doOnSubscribe(begun -> scope.get().cancel()).doOnCancel(() -> endCancelled.set(true));

    private void run(Publisher<String> work, Mono<Void> commit, Mono<Void> rollback) {
        scope.set(new TransactionScope<>(new BaseSubscriber<String>() {}, new UseGate(), commit, rollback));
        scope.get().start(() -> work);
    }

    @Test
    void aCommitThatBeginsAsItsCallerCancelsIsCancelledToo() {
        run(Mono.empty(), end, Mono.empty());
        assertThat(endCancelled).isTrue();
    }

    @Test
    void aRollbackThatBeginsAsItsCallerCancelsIsCancelledToo() {
        run(Mono.error(new IllegalStateException("undone")), Mono.empty(), end);
        assertThat(endCancelled).isTrue();
    }
}
