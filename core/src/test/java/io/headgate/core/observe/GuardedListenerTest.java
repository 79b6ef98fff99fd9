package io.headgate.core.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

class GuardedListenerTest {

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class, StackOverflowError.class})
    void nothingThatAListenerThrowsReachesTheWork(Class<? extends Throwable> type) throws Exception {
        Throwable thrown = type.getDeclaredConstructor().newInstance();
        DataAccessListener throwing = new DataAccessListener() {
            @Override
            public Observation started(Operation operation, ContextView context) {
                GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                return Observation.NONE;
            }

            @Override
            public void cancelled(Node node) {
                GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
            }
        };
        DataAccessListener observing = new DataAccessListener() {
            @Override
            public Observation started(Operation operation, ContextView context) {
                return new Observation() {
                    @Override
                    public void ended(@Nullable Throwable error) {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                    }

                    @Override
                    public void cancelled() {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                    }

                    @Override
                    public boolean wantsCompletion() {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                        return true;
                    }

                    @Override
                    public void completed(Completion completion) {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                    }

                    @Override
                    public void failed(Throwable error) {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                    }

                    @Override
                    public Context within(Context inner) {
                        GuardedListenerTest.<RuntimeException>sneakyThrow(thrown);
                        return inner;
                    }
                };
            }
        };
        Operation operation = Operation.of(Operation.Kind.STATEMENT, Node.of("db", 5432), SqlStatement.of("SELECT 1"));
        Context context = Context.of("key", "value");
        assertThatNoException().isThrownBy(() -> {
            GuardedListener.of(throwing).cancelled(Node.of("db", 5432));
            GuardedListener.of(throwing).started(operation, context).ended(null);
            Observation observation = GuardedListener.of(observing).started(operation, context);
            assertThat(observation.within(context)).isEqualTo(context);
            assertThat(observation.wantsCompletion()).isFalse();
            observation.completed(Completion.of(Role.PRIMARY));
            observation.failed(thrown);
            observation.cancelled();
            observation.ended(null);
        });
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
