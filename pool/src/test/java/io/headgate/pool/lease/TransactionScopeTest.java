package io.headgate.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.concurrent.DrainGate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

class TransactionScopeTest {

    private final AtomicReference<TransactionScope<String>> scope = new AtomicReference<>();
    private final AtomicReference<String> ended = new AtomicReference<>("nothing");
    private final List<String> heard = new ArrayList<>();
    private final BaseSubscriber<String> caller = new BaseSubscriber<>() {
        @Override
        protected void hookOnComplete() {
            heard.add("completed");
        }

        @Override
        protected void hookOnError(Throwable error) {
            heard.add(error.toString());
        }
    };

    private void run(Publisher<String> work) {
        scope.set(
                new TransactionScope<>(caller, new DrainGate(), end("commit"), end("rollback"), end("undo"), () -> {}));
        scope.get().start(() -> work);
    }

    /** Begins, and has its caller gone before it is there to be cancelled. */
    private Mono<Void> end(String name) {
        return Mono.<Void>empty()
                .doOnSubscribe(begun -> {
                    assertThat(ended.getAndSet(name)).isEqualTo("nothing");
                    scope.get().cancel();
                })
                .doOnCancel(() -> ended.set(name + " cancelled"));
    }

    /** Something that comes after it may have to wait for it. */
    @Test
    void aCommitThatHasBegunGoesOnUnheardWhenItsCallerCancels() {
        run(Mono.empty());
        assertThat(ended).hasValue("commit");
        assertThat(heard).isEmpty();
    }

    @Test
    void aRollbackThatHasBegunGoesOnUnheardWhenItsCallerCancels() {
        run(Mono.error(new IllegalStateException("undone")));
        assertThat(ended).hasValue("rollback");
        assertThat(heard).isEmpty();
    }

    @Test
    void workIsCancelledBeforeItIsUndone() {
        List<String> order = new ArrayList<>();
        run(Mono.<String>never().doOnCancel(() -> order.add("cancelled while " + ended.get())));
        scope.get().cancel();
        assertThat(order).containsExactly("cancelled while nothing");
        assertThat(ended).hasValue("undo");
        assertThat(heard).isEmpty();
    }

    @Test
    void aSecondCancellationBeforeTheScopeHasBegunUndoesNothing() {
        scope.set(
                new TransactionScope<>(caller, new DrainGate(), end("commit"), end("rollback"), end("undo"), () -> {}));
        scope.get().startAfter(Mono.never(), Mono::never);
        scope.get().cancel();
        scope.get().cancel();
        assertThat(ended).hasValue("nothing");
    }

    @Test
    void workThatIsGivenUpIsUndoneWhenNothingOfItCanBeSentAnyMore() {
        DrainGate gate = new DrainGate();
        scope.set(new TransactionScope<>(caller, gate, Mono.empty(), Mono.empty(), end("undo"), () -> {}));
        scope.get().start(Mono::never);
        assertThat(gate.enter()).isTrue();
        scope.get().cancel();
        assertThat(ended).hasValue("nothing");
        assertThat(gate.enter()).isFalse();
        gate.leave();
        assertThat(ended).hasValue("undo");
    }
}
