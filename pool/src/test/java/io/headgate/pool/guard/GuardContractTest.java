package io.headgate.pool.guard;

import io.headgate.core.SqlExecutor;
import io.headgate.core.contract.LayerContract;

class GuardContractTest extends LayerContract {

    @Override
    protected SqlExecutor layer(SqlExecutor next) {
        return new TransactionModeGuard(next, GuardPolicy.REFUSE);
    }
}
