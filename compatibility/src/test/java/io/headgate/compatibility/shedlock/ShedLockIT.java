package io.headgate.compatibility.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import net.javacrumbs.shedlock.provider.r2dbc.R2dbcLockProvider;
import net.javacrumbs.shedlock.support.StorageBasedLockProvider;
import net.javacrumbs.shedlock.test.support.AbstractStorageBasedLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The tests are inherited. ShedLock publishes them for authors of lock providers. */
@EveryTarget
class ShedLockIT extends AbstractStorageBasedLockProviderIntegrationTest {

    private final Target target;
    private final ConnectionPool pooled;

    ShedLockIT(Target target) {
        this.target = target;
        this.pooled = new ConnectionPool(ConnectionPoolConfiguration.builder(target.connectionFactory())
                .initialSize(0)
                .maxSize(20)
                .build());
    }

    @AfterEach
    void close() {
        pooled.dispose();
    }

    @BeforeEach
    void forgetLocks() {
        target.empty("shedlock");
    }

    /** Each step of a lock opens a connection, which costs the other driver as much as the whole step costs Headgate. */
    @Override
    protected StorageBasedLockProvider getLockProvider() {
        return new R2dbcLockProvider(target.isHeadgate() ? target.connectionFactory() : pooled);
    }

    @Override
    protected void assertUnlocked(String lockName) {
        assertThat(isLocked(lockName)).isEqualTo("f");
    }

    @Override
    protected void assertLocked(String lockName) {
        assertThat(isLocked(lockName)).isEqualTo("t");
    }

    private String isLocked(String lockName) {
        return target.node()
                .queryValue(
                        "SELECT CASE WHEN lock_until > now() THEN 't' ELSE 'f' END FROM shedlock" + " WHERE name = ?",
                        lockName);
    }
}
