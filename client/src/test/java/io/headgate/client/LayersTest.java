package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.contract.LayerContract;
import io.headgate.core.ForwardingExecutor;
import io.headgate.core.ForwardingTransaction;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.pool.guard.TransactionModeGuard;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Each layer of the client, and all of them in their order, against the contract. */
class LayersTest {

    /** A sample: the whole of what a layer needs that changes statements, in and outside of transactions. */
    private static final class Numbering extends ForwardingExecutor {

        Numbering(SqlExecutor next) {
            super(next);
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return next().execute(named(statement));
        }

        @Override
        protected SqlTransaction around(SqlTransaction transaction) {
            return new InTransaction(transaction);
        }

        private static SqlStatement named(SqlStatement statement) {
            return statement.with(options -> options.name("sample"));
        }

        private static final class InTransaction extends ForwardingTransaction {

            InTransaction(SqlTransaction next) {
                super(next);
            }

            @Override
            protected SqlTransaction around(SqlTransaction savepoint) {
                return new InTransaction(savepoint);
            }

            @Override
            public Mono<SqlResult> execute(SqlStatement statement) {
                return next().execute(named(statement));
            }
        }
    }

    @Nested
    class ASampleLayer extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new Numbering(next);
        }
    }

    @Nested
    class TheCallersLoops extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new CallerLoops(next, () -> null);
        }
    }

    @Nested
    class TheCallersLoopsOnALoop extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new CallerLoops(next, () -> Runnable::run);
        }
    }

    @Nested
    class TheTransactionsContext extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new TransactionContext(next);
        }
    }

    @Nested
    class CommentsWithOptions extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new OptionComments(next);
        }
    }

    @Nested
    class TheGuard extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return new TransactionModeGuard(next, GuardPolicy.REFUSE);
        }
    }

    @Nested
    class AllOfThem extends LayerContract {

        @Override
        protected SqlExecutor layer(SqlExecutor next) {
            return Layers.stack(
                    List.of(
                            inner -> new CallerLoops(inner, () -> null),
                            TransactionContext::new,
                            OptionComments::new,
                            Numbering::new,
                            inner -> new TransactionModeGuard(inner, GuardPolicy.REFUSE)),
                    next);
        }
    }

    @Test
    void theFirstOneIsOutermost() {
        assertThat(Layers.stack(
                        List.of(Numbering::new, TransactionContext::new, OptionComments::new), new InnermostExecutor()))
                .hasToString("Numbering[TransactionContext[OptionComments[innermost]]]");
    }
}
