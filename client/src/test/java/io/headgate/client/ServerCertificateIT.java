package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's certificate that is its own root: trust in it does not make up for its dates. */
class ServerCertificateIT {

    private static final String PASSWORD = "secret";

    /** How a server that is sent a login answers here. */
    private static final String REACHED = "login reached";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"verify-full", "verify-ca"})
    void isRefusedWhenItHasExpired(String mode) throws Exception {
        try (Server server = new Server(keys("-20d"))) {
            assertThatThrownBy(() -> connect(server, mode))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("sslmode=" + mode)
                    .hasMessageContaining("NotAfter");
            assertThat(server.logins).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-full", "verify-ca"})
    void isRefusedWhenItIsNotYetValid(String mode) throws Exception {
        try (Server server = new Server(keys("+20d"))) {
            assertThatThrownBy(() -> connect(server, mode))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("sslmode=" + mode);
            assertThat(server.logins).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-full", "verify-ca"})
    void isTakenWithinItsDates(String mode) throws Exception {
        try (Server server = new Server(keys("-1d"))) {
            assertThatThrownBy(() -> connect(server, mode)).hasMessageContaining(REACHED);
            assertThat(server.logins).hasPositiveValue();
        }
    }

    /** As with a root that was signed by an older one too, until it was known: the way to the known root does not need it. */
    @ParameterizedTest
    @ValueSource(strings = {"verify-full", "verify-ca"})
    void isTakenBesideAnotherThatHasExpired(String mode) throws Exception {
        try (Server server = new Server(keysWithAnExpiredWayToAnOlderRoot())) {
            assertThatThrownBy(() -> connect(server, mode)).hasMessageContaining(REACHED);
            assertThat(server.logins).hasPositiveValue();
        }
    }

    private void connect(Server server, String mode) {
        Headgate db = Headgate.builder()
                .node("postgresql://u:p@127.0.0.1:" + server.port() + "/d?connect_timeout=5&sslmode=" + mode
                        + "&sslrootcert=" + folder.resolve("certificate.pem"))
                .maxConnections(1)
                .build();
        try {
            db.sql("SELECT 1").one().block(Duration.ofSeconds(20));
        } finally {
            db.close().block(Duration.ofSeconds(20));
        }
    }

    /** A key and its certificate for 127.0.0.1, valid for ten days. */
    private SSLContext keys(String begin) throws Exception {
        generate("a", "127.0.0.1", begin);
        keytool("a", "-exportcert", "-rfc", "-file", file("certificate.pem"));
        return context(load());
    }

    /** A certificate by a root, which is trusted, and that root's by an older one. */
    private SSLContext keysWithAnExpiredWayToAnOlderRoot() throws Exception {
        generate("a", "127.0.0.1", "-1d");
        generate("root", "root", "-1d");
        generate("old", "old", "-20d");
        keytool("root", "-exportcert", "-rfc", "-file", file("certificate.pem"));
        Certificate[] chain = {sign("a", "root", "-1d", "san=ip:127.0.0.1"), sign("root", "old", "-20d", "bc=ca:true")};
        KeyStore all = load();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("a", all.getKey("a", PASSWORD.toCharArray()), PASSWORD.toCharArray(), chain);
        return context(keys);
    }

    private void generate(String alias, String name, String begin) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name));
        command.addAll(List.of("-ext", "san=ip:127.0.0.1", "-ext", "bc=ca:true", "-startdate", begin));
        command.addAll(List.of("-validity", "10", "-storetype", "PKCS12"));
        keytool(alias, command.toArray(String[]::new));
    }

    private Certificate sign(String alias, String by, String begin, String extension) throws Exception {
        keytool(alias, "-certreq", "-file", file("request"));
        keytool(
                by,
                "-gencert",
                "-infile",
                file("request"),
                "-outfile",
                file("signed"),
                "-ext",
                extension,
                "-startdate",
                begin,
                "-validity",
                "10");
        try (InputStream in = Files.newInputStream(folder.resolve("signed"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private KeyStore load() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", alias, "-keystore", file("keys.p12"), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** It agrees to TLS, and refuses whoever logs in. */
    private static final class Server implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final SSLContext context;
        private final AtomicInteger logins = new AtomicInteger();

        Server(SSLContext context) throws IOException {
            this.context = context;
            Thread thread = new Thread(this::serve, "server of one certificate");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    answer(client);
                } catch (IOException refused) {
                    // the client closes when it does not like the certificate
                }
            }
        }

        private void answer(Socket client) throws IOException {
            skipMessage(new DataInputStream(client.getInputStream()));
            client.getOutputStream().write('S');
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(client, "127.0.0.1", client.getPort(), true);
            tls.setUseClientMode(false);
            tls.startHandshake();
            skipMessage(new DataInputStream(tls.getInputStream()));
            logins.incrementAndGet();
            byte[] fields = ("SFATAL\0C28000\0M" + REACHED + "\0\0").getBytes(StandardCharsets.US_ASCII);
            tls.getOutputStream()
                    .write(ByteBuffer.allocate(5 + fields.length)
                            .put((byte) 'E')
                            .putInt(4 + fields.length)
                            .put(fields)
                            .array());
            // until the client has read it and closes
            tls.getInputStream().readAllBytes();
        }

        private static void skipMessage(DataInputStream in) throws IOException {
            in.readFully(new byte[in.readInt() - 4]);
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
