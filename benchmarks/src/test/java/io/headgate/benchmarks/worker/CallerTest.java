package io.headgate.benchmarks.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.benchmarks.contender.Contender;
import io.headgate.benchmarks.contender.Item;
import io.headgate.benchmarks.contender.Reply;
import io.headgate.benchmarks.contender.Scenario;
import org.junit.jupiter.api.Test;

class CallerTest {

    /** Enough to overflow the stack of a loop that calls itself. */
    private static final int MANY = 200_000;

    private final Workload lookups = new Workload(Scenario.LOOKUP, true);

    /** Answers on the caller's thread, and stops the load after a while. */
    private static final class Scripted implements Contender {

        private final long idOffset;
        private Load load;
        private int requests;

        Scripted(long idOffset) {
            this.idOffset = idOffset;
        }

        @Override
        public void lookup(long id, Reply<Item> reply) {
            if (++requests == MANY) {
                load.requestStop();
            }
            reply.succeeded(new Item(id + idOffset, Item.titleOf(id)));
        }

        @Override
        public void close() {}
    }

    @Test
    void loopsWithoutGrowingTheStackWhenAnswersComeAtOnce() throws InterruptedException {
        Scripted contender = new Scripted(0);
        Load load = new Load(contender, lookups, 1);
        contender.load = load;

        load.start();
        load.stop();

        assertThat(load.window().done()).isEqualTo(MANY);
        assertThat(load.window().errors()).isZero();
    }

    @Test
    void countsARowOfAnotherIdAsAnError() throws InterruptedException {
        Scripted contender = new Scripted(1);
        Load load = new Load(contender, lookups, 1);
        contender.load = load;

        load.start();
        load.stop();

        assertThat(load.window().errors()).isEqualTo(MANY);
        assertThat(load.window().done()).isZero();
        assertThat(load.window().firstError()).contains("another content");
    }
}
