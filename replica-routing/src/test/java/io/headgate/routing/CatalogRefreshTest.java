package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.routing.catalog.ReadCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class CatalogRefreshTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<ReadCatalog> taken = new ArrayList<>();
    private Mono<ReadCatalog> answer = Mono.fromSupplier(ReadCatalog::empty);
    private int loads;

    private final CatalogRefresh refresh = new CatalogRefresh(
            Mono.defer(() -> {
                loads++;
                return answer;
            }),
            taken::add,
            time);

    @AfterEach
    void close() {
        refresh.close();
        time.dispose();
    }

    private void passes(int seconds) {
        time.advanceTimeBy(Duration.ofSeconds(seconds));
    }

    @Test
    void itIsReadAfterASecondAndThenEveryMinute() {
        refresh.start();
        assertThat(loads).isZero();
        passes(1);
        assertThat(taken).hasSize(1);
        passes(60);
        assertThat(loads).isOne();
        passes(1);
        assertThat(loads).isEqualTo(2);
    }

    @Test
    void aChangeCountsWithinASecond() {
        refresh.start();
        passes(10);
        refresh.changed();
        passes(1);
        assertThat(loads).isEqualTo(2);
        passes(10);
        assertThat(loads).isEqualTo(2);
    }

    /** The catalog that is being read may lack the change. */
    @Test
    void aChangeWhileItIsReadIsReadAgain() {
        answer = Mono.never();
        refresh.start();
        passes(1);
        refresh.changed();
        answer = Mono.fromSupplier(ReadCatalog::empty);
        passes(32);
        assertThat(loads).isEqualTo(2);
        assertThat(taken).hasSize(1);
    }

    @Test
    void aFailureIsRepeatedAfterSomeSeconds() {
        answer = Mono.error(new IllegalStateException("no right"));
        refresh.start();
        passes(1);
        assertThat(loads).isOne();
        passes(5);
        assertThat(loads).isOne();
        passes(1);
        assertThat(loads).isEqualTo(2);
        answer = Mono.fromSupplier(ReadCatalog::empty);
        passes(6);
        assertThat(taken).hasSize(1);
    }

    @Test
    void itEndsWhenItIsClosed() {
        refresh.start();
        refresh.close();
        passes(100);
        assertThat(loads).isZero();
    }
}
