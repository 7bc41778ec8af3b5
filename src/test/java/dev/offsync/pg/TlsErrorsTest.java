package dev.offsync.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsErrorsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificate("hub");
        certificate("stranger");
    }

    @Test
    void a_server_without_tls_is_refused_where_tls_is_asked_for() {
        Endpoint plain = Endpoints.of(TestServers.hub());
        OffsyncException refusal = refusal(new Endpoint(
                plain.hosts(), plain.database(), plain.user(), plain.password(), Map.of("sslmode", "require")));
        assertThat(refusal).hasMessageContaining("the server offers no TLS");
    }

    @Test
    void a_certificate_of_an_unknown_authority_is_refused() throws Exception {
        assertThat(refusalOfHub(Map.of("sslmode", "verify-full", "sslrootcert", pem("stranger"))))
                .hasMessageContaining("not issued by an authority in sslrootcert");
    }

    @Test
    void a_certificate_for_another_host_name_is_refused() throws Exception {
        assertThat(refusalOfHub(Map.of("sslmode", "verify-full", "sslrootcert", pem("hub"))))
                .hasMessageContaining("its certificate is not for the host name 127.0.0.1");
    }

    @Test
    void a_missing_file_of_authorities_is_named() throws Exception {
        OffsyncException refusal = refusalOfHub(Map.of("sslmode", "verify-ca", "sslrootcert", "/nowhere/root.crt"));
        assertThat(refusal).hasMessageContaining("/nowhere/root.crt");
        assertThat(refusal.hint()).contains("/nowhere/root.crt");
    }

    private static OffsyncException refusalOfHub(Map<String, String> parameters) throws Exception {
        try (ScriptedServer server = ScriptedServer.playing(TlsErrorsTest::shakeHands)) {
            return refusal(Endpoints.at(server.host(), parameters));
        }
    }

    private static OffsyncException refusal(Endpoint endpoint) {
        var refusal = catchThrowableOfType(
                OffsyncException.class,
                () -> Connector.open(
                        endpoint, Side.HUB, Duration.ofSeconds(10), Duration.ofSeconds(30), "offsync-test"));
        assertThat(refusal.reason()).isEqualTo(Reason.TLS);
        assertThat(refusal.hint()).isNotBlank();
        return refusal;
    }

    private static void shakeHands(Socket client) throws Exception {
        ScriptedServer.readMessage(client);
        client.getOutputStream().write('S');
        KeyStore store = KeyStore.getInstance(directory.resolve("hub.p12").toFile(), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var tls = (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), true);
        tls.setUseClientMode(false);
        tls.startHandshake();
    }

    private static void certificate(String name) throws Exception {
        String store = directory.resolve(name + ".p12").toString();
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name + ".example",
                "-ext",
                "bc:c",
                "-keystore",
                store);
        keytool("-exportcert", "-rfc", "-alias", name, "-file", pem(name), "-keystore", store);
    }

    private static String pem(String name) {
        return directory.resolve(name + ".crt").toString();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-storepass", PASSWORD));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(directory, "keytool", ".log");
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(exit).as(Files.readString(log)).isZero();
    }
}
