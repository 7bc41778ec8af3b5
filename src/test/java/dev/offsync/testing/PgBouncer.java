package dev.offsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The system's PgBouncer before a test server, on a port of its own. */
public final class PgBouncer implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * What DISCARD ALL does, but for the plans, which are what a warm session saves, and for the temporary tables: a run
     * makes its own where there is none, and empties what it finds.
     */
    private static final String RESET = "RESET ALL; DEALLOCATE ALL; SELECT pg_advisory_unlock_all()";

    /** Runs the pooler until its own input ends, however the JVM at the other end did, and removes its folder. */
    private static final String KEEPER =
            "trap : INT HUP TERM; \"$@\" & read -r _; kill $!; while kill -0 $! 2>/dev/null; do wait $!; done; rm -rf \"$0\"";

    private final Process process;
    private final Path home;
    private final int port;

    private PgBouncer(Process process, Path home, int port) {
        this.process = process;
        this.home = home;
        this.port = port;
    }

    public static boolean isInstalled() {
        return PLACES.stream().map(Path::of).anyMatch(Files::isExecutable);
    }

    /**
     * In transaction mode.
     *
     * @param logins passwords by the roles that may come in
     */
    public static PgBouncer before(ServerAddress server, Map<String, String> logins, int poolSize) throws IOException {
        return start(server, logins, """
                auth_type = scram-sha-256
                pool_mode = transaction
                default_pool_size = %d
                """.formatted(poolSize));
    }

    /** In session mode, for the server's superuser: what a session learned about the catalog is there for the next one. */
    public static PgBouncer keepingWarm(ServerAddress server) throws IOException {
        return keepingWarm(server, Map.of());
    }

    /** As {@link #keepingWarm(ServerAddress)}, for others, too. */
    public static PgBouncer keepingWarm(ServerAddress server, Map<String, String> others) throws IOException {
        var logins = new HashMap<>(others);
        logins.put(server.user(), server.password());
        return start(server, logins, """
                auth_type = trust
                pool_mode = session
                default_pool_size = 20
                server_reset_query = %s
                """.formatted(RESET));
    }

    private static PgBouncer start(ServerAddress server, Map<String, String> logins, String mode) throws IOException {
        Path home = Files.createTempDirectory("pgbouncer");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        Files.writeString(
                home.resolve("users.txt"),
                logins.entrySet().stream()
                        .map(login -> "\"" + login.getKey() + "\" \"" + login.getValue() + "\"\n")
                        .collect(Collectors.joining()));
        Path settings = Files.writeString(home.resolve("pgbouncer.ini"), """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_file = %s
                max_client_conn = 1000
                %s""".formatted(
                        server.host(), server.port(), port, home.resolve("users.txt"), mode));
        var started = new PgBouncer(start(home, settings), home, port);
        started.awaitReady();
        return started;
    }

    /** PgBouncer refuses to run as root. */
    private static Process start(Path home, Path settings) throws IOException {
        var words = new ArrayList<>(List.of("sh", "-c", KEEPER, home.toString()));
        words.add(PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow());
        if ("root".equals(System.getProperty("user.name"))) {
            words.addAll(List.of("-u", "nobody"));
        }
        words.add(settings.toString());
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    throw new IOException("pgbouncer: " + Files.readString(home.resolve("log")), notYet);
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@code address}, reached through the pooler. */
    public ServerAddress to(ServerAddress address) {
        return address.via("127.0.0.1", port);
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
