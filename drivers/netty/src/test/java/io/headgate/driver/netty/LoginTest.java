package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.topology.Node;
import io.headgate.driver.netty.Login.BackendKey;
import io.headgate.driver.netty.Login.Refused;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests of a server at login, and the driver's answers. */
class LoginTest {

    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final String OK = "\0\0\0\0";
    private static final String SASL = "\0\0\0\nSCRAM-SHA-256\0\0";

    /** The client's messages, as text. */
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @AfterAll
    static void closeLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static ByteBuf message(char type, String body) {
        ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1);
        return Unpooled.buffer()
                .writeByte(type)
                .writeInt(4 + bytes.readableBytes())
                .writeBytes(bytes);
    }

    private static final ByteBuf ready() {
        return message('Z', "I");
    }

    /** Logs in to a server that sends the next of these answers for each message of the client. */
    private BackendKey logIn(ByteBuf... answers) throws Exception {
        return logInWith("sslmode=prefer", answers);
    }

    private BackendKey logInWith(String parameters, ByteBuf... answers) throws Exception {
        return logInTo(
                parameters,
                Stream.of(answers)
                        .<Function<String, ByteBuf>>map(answer -> message -> answer)
                        .toList());
    }

    private BackendKey logInTo(String parameters, List<Function<String, ByteBuf>> answers) throws Exception {
        Channel server = new ServerBootstrap()
                .group(LOOPS)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    private int next;

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object piece) {
                        ByteBuf bytes = (ByteBuf) piece;
                        String message = bytes.toString(StandardCharsets.UTF_8);
                        sent.add(message);
                        bytes.release();
                        if (next < answers.size()) {
                            context.writeAndFlush(answers.get(next++).apply(message));
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
                        context.close();
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        CompletableFuture<BackendKey> outcome = new CompletableFuture<>();
        ConnectionSettings settings = ConnectionSettings.parse("postgresql://u@db.example/d?" + parameters);
        new Bootstrap()
                .group(LOOPS)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Wire(channel, new NoticeLog(Node.of("model", 1)), () -> {}));
                    }
                })
                .connect(server.localAddress())
                .addListener(connected -> {
                    Wire wire = ((io.netty.channel.ChannelFuture) connected)
                            .channel()
                            .pipeline()
                            .get(Wire.class);
                    new Login(
                                    wire,
                                    settings,
                                    new Credentials("u", "secret"),
                                    settings.login().maxProtocolVersion(),
                                    outcome::complete,
                                    outcome::completeExceptionally)
                            .start();
                });
        try {
            return outcome.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw (Exception) refused.getCause();
        } finally {
            server.close();
        }
    }

    @Test
    void takesAServerThatAsksForNothing() throws Exception {
        ByteBuf key = message('K', "\0\0\0\7\1\2\3\4");
        BackendKey in = logIn(Unpooled.wrappedBuffer(message('R', OK), message('S', "TimeZone\0UTC\0"), key, ready()));
        assertThat(in.processId()).isEqualTo(7);
        assertThat(in.secret()).containsExactly(1, 2, 3, 4);
        assertThat(sent.get(0)).contains("user\0u\0", "database\0d\0", "client_encoding\0UTF8\0");
    }

    private BackendKey logInWithKey(String parameters, String before, int size) throws Exception {
        ByteBuf version = before.isEmpty() ? Unpooled.EMPTY_BUFFER : message('v', before);
        ByteBuf key = message('K', "\0\0\0\7" + "k".repeat(size));
        return logInWith(parameters, Unpooled.wrappedBuffer(version, message('R', OK), key, ready()));
    }

    @Test
    void asksForProtocol30UnlessANewerOneIsAllowed() throws Exception {
        assertThat(logInWithKey("sslmode=prefer", "", 4).secret()).hasSize(4);
        assertThat(sent.get(0).substring(4, 8)).isEqualTo("\0\3\0\0");
        assertThat(logInWithKey("max_protocol_version=3.2", "", 32).secret()).hasSize(32);
        assertThat(sent.get(1).substring(4, 8)).isEqualTo("\0\3\0\2");
        assertThat(logInWithKey("max_protocol_version=latest", "", 256).secret())
                .hasSize(256);
        assertThat(sent.get(2).substring(4, 8)).isEqualTo("\0\3\0\2");
    }

    @ParameterizedTest
    @CsvSource({"3.0, 3", "3.0, 5", "3.0, 32", "3.2, 0", "3.2, 3", "3.2, 257"})
    void refusesKeysOfAnotherLength(String version, int size) {
        assertThatThrownBy(() -> logInWithKey("max_protocol_version=" + version, "", size))
                .isInstanceOf(java.io.IOException.class)
                .hasMessageContaining("a key for cancel requests of " + size + " bytes");
    }

    @Test
    void goesBackToTheVersionThatTheServerSpeaks() throws Exception {
        String older = "\0\3\0\0\0\0\0\0";
        assertThat(logInWithKey("max_protocol_version=3.2", older, 4).secret()).hasSize(4);
        assertThatThrownBy(() -> logInWithKey("max_protocol_version=3.2", older, 32))
                .hasMessageContaining("protocol 3.0 has 4");
    }

    @Test
    void refusesVersionsThatItDidNotAskFor() {
        // the same version, 3.1, a newer one, 2.0, a short message, unrequested options
        for (String version : new String[] {
            "\0\3\0\2\0\0\0\0",
            "\0\3\0\1\0\0\0\0",
            "\0\4\0\0\0\0\0\0",
            "\0\2\0\0\0\0\0\0",
            "\0\3\0\0",
            "\0\3\0\0\0\0\0\1_pq_.x\0"
        }) {
            assertThatThrownBy(() -> logInWithKey("max_protocol_version=3.2", version, 4))
                    .isInstanceOf(java.io.IOException.class);
        }
        assertThatThrownBy(() -> logInWithKey("max_protocol_version=3.0", "\0\3\0\0\0\0\0\0", 4))
                .isInstanceOf(java.io.IOException.class);
        ByteBuf late = message('v', "\0\3\0\0\0\0\0\0");
        assertThatThrownBy(() ->
                        logInWith("max_protocol_version=3.2", Unpooled.wrappedBuffer(message('R', OK), late, ready())))
                .hasMessageContaining("after something else");
    }

    @Test
    void tellsARefusalOfTheVersionFromOthers() {
        String newer = "max_protocol_version=3.2";
        ByteBuf pgBouncer118 = message('E', "SFATAL\0C08P01\0Mbad packet header: '0000002a00030002'\0\0");
        assertThatThrownBy(() -> logInWith(newer, pgBouncer118.copy())).isInstanceOf(ProtocolVersions.Refused.class);
        ByteBuf unknown = message('E', "SFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol 3.2\0\0");
        assertThatThrownBy(() -> logInWith(newer, unknown)).isInstanceOf(ProtocolVersions.Refused.class);
        assertThatThrownBy(() -> logInWith("max_protocol_version=3.0", pgBouncer118))
                .isInstanceOf(Refused.class);
        ByteBuf full = message('E', "SFATAL\0C08P01\0Mno more connections allowed (max_client_conn)\0\0");
        assertThatThrownBy(() -> logInWith(newer, full)).isInstanceOf(Refused.class);
        ByteBuf later = message('E', "SFATAL\0C08P01\0Mbad packet header\0\0");
        assertThatThrownBy(() -> logInWith(newer, Unpooled.wrappedBuffer(message('R', OK), later)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void givesNoPasswordInClearTextWithoutTls() {
        assertThatThrownBy(() -> logIn(message('R', "\0\0\0\3")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("clear text")
                .hasMessageNotContaining("secret");
        assertThat(sent).hasSize(1);
    }

    /** Expects md5(md5("secret" + "u") + salt), as libpq sends it. */
    @Test
    void hashesAPasswordWithTheSalt() throws Exception {
        logIn(message('R', "\0\0\0\5\1\2\3\4"), Unpooled.wrappedBuffer(message('R', OK), ready()));
        assertThat(sent.get(1)).contains("md5").hasSize(1 + 4 + 35 + 1).doesNotContain("secret");
    }

    @Test
    void refusesAServerThatDoesNotProveThatItKnowsThePassword() {
        assertThatThrownBy(() -> logIn(message('R', SASL), Unpooled.wrappedBuffer(message('R', OK), ready())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("without proving");
    }

    /** The server has the client's proof and must send its own one. It sends none, an empty one, a short one, a wrong one, an error. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | without proving",
                "'' | SCRAM",
                "v=AAAA | SCRAM",
                "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | SCRAM",
                "e=other-error | SCRAM"
            })
    void refusesAServerWithoutTheRightSignature(String last, String problem) {
        ByteBuf end = last == null ? Unpooled.EMPTY_BUFFER : message('R', "\0\0\0\f" + last);
        assertThatThrownBy(() -> logInTo(
                        "sslmode=prefer",
                        List.of(
                                begun -> message('R', SASL),
                                first -> message(
                                        'R', "\0\0\0\13" + first.substring(first.indexOf("r=")) + "x,s=AAAA,i=4096"),
                                proof -> Unpooled.wrappedBuffer(end, message('R', OK), ready()))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret");
        assertThat(sent).hasSize(3).last().asString().contains("p=");
    }

    /** ReadyForQuery without AuthenticationOk would skip the proof. */
    @Test
    void refusesAServerThatIsReadyBeforeItHasAcceptedAnybody() {
        assertThatThrownBy(() -> logIn(message('R', SASL), ready())).isInstanceOf(java.io.IOException.class);
        assertThatThrownBy(() -> logIn(ready())).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void doesNotHashForAsLongAsAServerLikes() {
        assertThatThrownBy(() -> logIn(message('R', SASL), message('R', "\0\0\0\13r=x,s=AAAA,i=2147483647")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2147483647 iterations");
    }

    /** Numbers that the SCRAM library would parse to another value than the driver's check, and messages that cause more work. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r=x,s=AAAA,i=+2000000000",
                "r=x,s=AAAA,i=0000000000000000000002000000000",
                "r=x,s=AAAA,i=\u0662000000000",
                "r=x,s=AAAA,i=-1",
                "r=x,s=AAAA",
                "m=x,r=x,s=AAAA,i=4096",
                "r=x,i=4096,s=AAAA,i=2000000000"
            })
    void readsWhatAServerAsksForStrictly(String first) {
        String message = "\0\0\0\13" + new String(first.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> logIn(message('R', SASL), message('R', message)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("malformed");
    }

    @Test
    void provesOnceAndBeginsOnce() {
        ByteBuf first = message('R', "\0\0\0\13r=x,s=AAAA,i=4096");
        assertThatThrownBy(() -> logIn(message('R', SASL), Unpooled.wrappedBuffer(first, first.copy())))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> logIn(Unpooled.wrappedBuffer(message('R', SASL), message('R', SASL))))
                .isInstanceOf(java.io.IOException.class)
                .hasMessageContaining("a second beginning of SASL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "OAUTHBEARER"})
    void usesNoOtherMechanismThanPostgresqlHas(String mechanism) {
        assertThatThrownBy(() -> logIn(message('R', "\0\0\0\n" + mechanism + "\0\0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(mechanism);
        assertThat(sent).hasSize(1);
    }

    @Test
    void refusesAServerWithAWrongProof() {
        assertThatThrownBy(() -> logIn(message('R', SASL), message('R', "\0\0\0\13r=other,s=AAAA,i=4096")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SCRAM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the server's request: 0 nothing, 3 the password, 5 its hash, 10 SCRAM
                "require_auth=scram-sha-256 | 5 | authentication by md5",
                "require_auth=scram-sha-256,md5 | 3 | authentication by password",
                "require_auth=scram-sha-256,md5,password | 0 | lets user \"u\" in without a password",
                "require_auth=!none | 0 | lets user \"u\" in without a password",
                "require_auth=!md5 | 5 | accepts [none, password, scram-sha-256]",
                "require_auth=md5 | 10 | authentication by scram-sha-256, and require_auth accepts [md5]",
                "require_auth=none | 5 | authentication by md5",
                "channel_binding=require | 5 | channel_binding is require",
                "channel_binding=require | 0 | channel_binding is require",
                "channel_binding=require | 10 | is not encrypted",
            })
    void answersNoMethodThatIsNotAccepted(String parameters, int asked, String problem) {
        ByteBuf request = message('R', "\0\0\0" + (char) asked + (asked == 10 ? "SCRAM-SHA-256\0\0" : "\1\2\3\4"));
        ByteBuf in = Unpooled.wrappedBuffer(message('R', OK), ready());
        assertThatThrownBy(() -> logInWith(parameters, asked == 0 ? in : request, in))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret");
        assertThat(sent).hasSize(1);
    }

    @Test
    void takesMethodsThatAreAccepted() throws Exception {
        logInWith("require_auth=none", Unpooled.wrappedBuffer(message('R', OK), ready()));
        logInWith(
                "require_auth=md5",
                message('R', "\0\0\0\5\1\2\3\4"),
                Unpooled.wrappedBuffer(message('R', OK), ready()));
        assertThat(sent).hasSize(3);
    }

    @Test
    void namesAMethodThatItDoesNotKnow() {
        assertThatThrownBy(() -> logIn(message('R', "\0\0\0\7")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("method 7");
    }

    @Test
    void passesOnWhatTheServerSays() {
        assertThatThrownBy(() -> logIn(message('E', "SFATAL\0VFATAL\0C28P01\0Mno\0\0"), ready()))
                .isInstanceOf(Refused.class)
                .extracting(error -> ((Refused) error).error().sqlState())
                .isEqualTo("28P01");
    }

    @Test
    void endsWhenTheServerSpeaksAnotherProtocol() {
        assertThatThrownBy(() -> logIn(Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request", StandardCharsets.US_ASCII)))
                .isInstanceOf(java.io.IOException.class);
    }
}
