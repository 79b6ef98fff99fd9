package io.headgate.client.contract;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.ForwardingTransaction;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlTransaction;

class ForwardingExecutorTest extends LayerContract {

    @Override
    protected SqlExecutor layer(SqlExecutor next) {
        return new Forwarding(next);
    }

    private static final class Forwarding extends ForwardingExecutor {

        Forwarding(SqlExecutor next) {
            super(next);
        }

        @Override
        protected SqlTransaction around(SqlTransaction transaction) {
            return new InTransaction(transaction);
        }
    }

    private static final class InTransaction extends ForwardingTransaction {

        InTransaction(SqlTransaction next) {
            super(next);
        }

        @Override
        protected SqlTransaction around(SqlTransaction savepoint) {
            return new InTransaction(savepoint);
        }
    }
}
