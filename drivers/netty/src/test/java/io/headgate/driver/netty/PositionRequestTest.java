package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Lsn;
import io.headgate.driver.netty.ScriptedServer.Position;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The position after a write: it never fails the write, and those who do not want it do not ask. */
class PositionRequestTest {

    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final List<@Nullable Lsn> positions = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean throwing;
    private @Nullable ScriptedConnection scripted;

    @AfterAll
    static void closeLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        if (scripted != null) {
            scripted.close();
        }
    }

    private ScriptedConnection open(BooleanSupplier wanted, boolean replica) throws Exception {
        DataAccessListener listener = new CompletionListener(this::completed) {
            @Override
            public boolean wantsPosition() {
                return wanted.getAsBoolean();
            }
        };
        ScriptedConnection opened =
                ScriptedConnection.open(LOOPS, 7, ServerInfo.of(180_000).inRecovery(replica), listener);
        scripted = opened;
        return opened;
    }

    private void completed(Completion completion) {
        if (throwing) {
            throw new IllegalStateException("not guarded");
        }
        positions.add(completion.position());
    }

    private static @Nullable Lsn expected(Position answer, int statements) {
        return answer == Position.KNOWN ? new Lsn(statements) : null;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SILENT")
    void aWriteSucceedsWhateverThePositionDoes(Position answer) throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(answer);
        assertThat(model.connection()
                        .execute(SqlStatement.of("INSERT 5"))
                        .block(LIMIT)
                        .rows())
                .hasSize(1);
        assertThat(positions).containsExactly(expected(answer, 1));
        assertThat(model.server().ran()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SILENT")
    void aScriptSucceedsWhateverThePositionDoes(Position answer) throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(answer);
        assertThat(model.connection()
                        .atomically(List.of(SqlStatement.of("INSERT 5"), SqlStatement.of("SELECT 6")))
                        .block(LIMIT))
                .hasSize(2);
        assertThat(positions).containsExactly(expected(answer, 2), expected(answer, 2));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SILENT")
    void aCommitSucceedsWhateverThePositionDoes(Position answer) throws Exception {
        ScriptedConnection model = open(() -> true, false);
        NettyConnection connection = model.connection();
        model.server().position(answer);
        connection.begin(TransactionOptions.defaults());
        Completion commit = connection
                .execute(SqlStatement.of("INSERT 5"))
                .then(connection.commit(() -> {}))
                .block(LIMIT);
        assertThat(commit.commandTag()).isEqualTo("COMMIT");
        assertThat(commit.position()).isEqualTo(expected(answer, 1));
        assertThat(positions)
                .as("inside the transaction nothing is committed")
                .containsOnlyNulls()
                .hasSize(1);
    }

    /** The position of the failed attempt is not that of another. */
    @Test
    void aWriteThatFailsFails() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        Mono<?> failing = model.connection().execute(SqlStatement.of("INSERT 5 AS fail"));
        assertThatThrownBy(() -> failing.block(LIMIT)).isInstanceOf(DatabaseException.class);
        model.connection().execute(SqlStatement.of("INSERT 6")).block(LIMIT);
        assertThat(positions).containsExactly(new Lsn(1));
        assertThat(model.connection().isReady()).isTrue();
    }

    /** The second would fail if the first had asked. */
    private void twiceWithoutPosition(ScriptedConnection model, String sql) {
        model.connection().execute(SqlStatement.of(sql)).block(LIMIT);
        model.connection().execute(SqlStatement.of(sql)).block(LIMIT);
        assertThat(positions).containsExactly(null, null);
    }

    @Test
    void aReadHasNone() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.CLOSES);
        twiceWithoutPosition(model, "SELECT 5");
    }

    @Test
    void nobodyAsksWhoDoesNotWantIt() throws Exception {
        ScriptedConnection model = open(() -> false, false);
        model.server().position(Position.CLOSES);
        model.connection().execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        model.connection().begin(TransactionOptions.defaults());
        model.connection()
                .execute(SqlStatement.of("INSERT 5"))
                .then(model.connection().commit(() -> {}))
                .block(LIMIT);
        model.connection().execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        assertThat(positions).containsOnlyNulls().hasSize(3);
    }

    /** A pure read has nothing for a replica to catch up with. */
    @Test
    void aTransactionThatOnlyReadsHasNone() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.CLOSES);
        NettyConnection connection = model.connection();
        connection.begin(TransactionOptions.defaults());
        Completion commit = connection
                .execute(SqlStatement.of("SELECT 5"))
                .then(connection.commit(() -> {}))
                .block(LIMIT);
        assertThat(commit.position()).isNull();
        connection.execute(SqlStatement.of("SELECT 5")).block(LIMIT);
    }

    /** The answer to the first attempt has come, and nobody asks again. */
    @Test
    void aStatementThatIsSentAgainWithoutTheRequestEnds() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ScriptedConnection model = open(() -> asked.getAndIncrement() == 1, false);
        NettyConnection connection = model.connection();
        SqlStatement insert = SqlStatement.of("INSERT $1").bind(7);
        connection.execute(insert).block(LIMIT);
        model.server().changeTypes(23, "26000");
        connection.execute(insert).block(LIMIT);
        assertThat(asked.get()).isEqualTo(3);
        assertThat(positions).containsExactly(null, null);
        assertThat(connection.isReady()).isTrue();
    }

    /** The server logs each refusal. */
    @Test
    void aServerThatRefusesIsAskedOnce() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.REFUSED);
        model.connection().execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        model.server().position(Position.CLOSES);
        model.connection().execute(SqlStatement.of("INSERT 6")).block(LIMIT);
        model.connection().execute(SqlStatement.of("INSERT 7")).block(LIMIT);
        assertThat(positions).containsExactly(null, null, null);
    }

    /** A cancel request of an earlier statement may arrive late. */
    @Test
    void aPositionThatWasCancelledIsAskedForTheNextTime() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.CANCELLED);
        model.connection().execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        model.server().position(Position.KNOWN);
        model.connection().execute(SqlStatement.of("INSERT 6")).block(LIMIT);
        assertThat(positions).containsExactly(null, new Lsn(2));
    }

    /** It must not be lent again before. */
    @Test
    void aConnectionIsNotReadyBeforeThePositionOfACommitIsAnswered() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.SILENT);
        NettyConnection connection = model.connection();
        connection.begin(TransactionOptions.defaults());
        connection.execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        CompletableFuture<Completion> commit = connection.commit(() -> {}).toFuture();
        Awaitility.await().until(() -> connection.wire().status() == 'I');
        assertThat(connection.isReady()).isFalse();
        assertThat(commit).isNotDone();
        connection.loop().execute(connection.wire()::abort);
        assertThat(commit.get(5, TimeUnit.SECONDS).position()).isNull();
    }

    /** Without a position the driver meets the exception in the group, else in the answer to the position. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallerWhoseCompletionThrowsHasAnEnd(boolean withPosition) throws Exception {
        throwing = true;
        ScriptedConnection model = open(() -> withPosition, false);
        NettyConnection connection = model.connection();
        assertThatThrownBy(() -> connection.execute(SqlStatement.of("INSERT 5")).block(LIMIT))
                .isInstanceOfSatisfying(
                        HeadgateException.class,
                        error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
        // the pool must not lend it again
        assertThat(connection.isOpen()).isFalse();
    }

    /** A value of another statement must not be shown. */
    @Test
    void anAnswerThatIsNoPositionEndsTheConnectionAndIsNotShown() throws Exception {
        ScriptedConnection model = open(() -> true, false);
        model.server().position(Position.NONSENSE);
        NettyConnection connection = model.connection();
        connection.execute(SqlStatement.of("INSERT 5")).block(LIMIT);
        assertThat(positions).containsExactly((Lsn) null);
        assertThatThrownBy(() -> connection.execute(SqlStatement.of("INSERT 6")).block(LIMIT))
                .isInstanceOf(HeadgateException.class)
                .hasMessageNotContaining("secret");
    }

    /** There the function is an error, which the server would log each time. */
    @Test
    void aReplicaIsNotAsked() throws Exception {
        ScriptedConnection model = open(() -> true, true);
        model.server().position(Position.CLOSES);
        twiceWithoutPosition(model, "INSERT 5");
    }
}
