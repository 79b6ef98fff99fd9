package io.headgate.benchmarks.contender;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Look-ups that count as one call. The call ends with the last look-up, and fails when one fails. */
final class ManyLookups {

    private final long[] ids;
    private final Reply<Boolean> reply;
    private final AtomicInteger missing;
    private volatile boolean right = true;

    /** The first error of any look-up. */
    private volatile @Nullable Throwable failure;

    ManyLookups(long[] ids, Reply<Boolean> reply) {
        this.ids = ids;
        this.reply = reply;
        this.missing = new AtomicInteger(ids.length);
    }

    void begin(Contender contender) {
        for (long id : ids) {
            contender.lookup(id, new One(id));
        }
    }

    private void answered() {
        if (missing.decrementAndGet() == 0) {
            Throwable error = failure;
            if (error == null) {
                reply.succeeded(right);
            } else {
                reply.failed(error);
            }
        }
    }

    private final class One implements Reply<Item> {

        private final long id;

        One(long id) {
            this.id = id;
        }

        @Override
        public void succeeded(Item item) {
            if (!item.isOf(id)) {
                right = false;
            }
            answered();
        }

        @Override
        public void failed(Throwable error) {
            failure = error;
            answered();
        }
    }
}
