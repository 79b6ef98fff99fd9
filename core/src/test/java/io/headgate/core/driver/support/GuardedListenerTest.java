package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThatNoException;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedListenerTest {

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class, StackOverflowError.class})
    void nothingThatAListenerThrowsReachesTheWork(Class<? extends Throwable> type) throws Exception {
        Throwable thrown = type.getDeclaredConstructor().newInstance();
        DataAccessListener guarded = GuardedListener.of(new DataAccessListener() {
            @Override
            public void statementCompleted(Node node, SqlStatement statement, long nanos, @Nullable Throwable error) {
                GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
            }
        });
        assertThatNoException()
                .isThrownBy(
                        () -> guarded.statementCompleted(Node.of("db", 5432), SqlStatement.of("SELECT 1"), 1, null));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
