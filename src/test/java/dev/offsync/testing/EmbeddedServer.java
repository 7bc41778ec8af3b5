package dev.offsync.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A throw-away PostgreSQL server on this machine, for tests that crash or configure it; everyone else shares those of
 * {@link TestServers}. It stays on its port and data through stop and start, and vanishes when closed or when the JVM
 * ends, in whatever way. PostgreSQL refuses to run as root, so root's servers run as {@code nobody}.
 */
public final class EmbeddedServer implements AutoCloseable {
    /** Settings of every server; what a crash loses is up to the caller. */
    private static final Map<String, String> BASICS = Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "max_connections", "200",
            "max_prepared_transactions", "20",
            "wal_level", "replica",
            "track_commit_timestamp", "off",
            "shared_buffers", "64MB");

    /** A file system in memory, on which a database is made in half the time, and the room that a suite needs there. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final long ROOM = 4L << 30;

    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    private static final String CLOCK = "clock";
    private static final String USER = "postgres";
    private static final String PASSWORD = "test";
    private static final int NOBODY = 65534;

    private final Path home;
    private final Path binaries;
    private final ServerAddress address;
    private final Process keeper;
    private final Writer words;
    private final BufferedReader answers;

    private EmbeddedServer(Path home, Path binaries, int port, Map<String, String> environment) throws IOException {
        this.home = home;
        this.binaries = binaries;
        this.address = new ServerAddress("127.0.0.1", port, "postgres", USER, PASSWORD);
        // After root has become another user, for whom the faked clock makes a semaphore.
        var command = new ArrayList<String>(List.of("env"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of("sh", "-c", script(), "server.sh", binaries.toString(), home.toString(), "" + port));
        this.keeper = process(command).start();
        this.words = keeper.outputWriter(StandardCharsets.UTF_8);
        this.answers = keeper.inputReader(StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** A running server whose {@code settings} (postgresql.conf) come on top of the usual ones. */
    public static EmbeddedServer start(Map<String, String> settings) {
        return start(PostgresBinaries.directory(), temporaryFiles(), settings, false);
    }

    /** The same with its data in memory, where there is a place for that. */
    public static EmbeddedServer inMemory(Map<String, String> settings) {
        return start(PostgresBinaries.directory(), memory(), settings, false);
    }

    public static boolean canFakeTime() {
        return Files.exists(FAKE_TIME);
    }

    /** A running server whose clock {@link #setClock} moves. */
    public static EmbeddedServer withClock(Map<String, String> settings) {
        return start(PostgresBinaries.directory(), memory(), settings, true);
    }

    /** @param offset from the time that is, as in {@code -20000d} or {@code +90s} */
    public void setClock(String offset) {
        try {
            Files.writeString(home.resolve(CLOCK), offset + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running server of an older release of PostgreSQL, such as 15. */
    public static EmbeddedServer ofRelease(String major, Map<String, String> settings) {
        return start(PostgresBinaries.directory(major), memory(), settings, false);
    }

    private static Path memory() {
        return Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ROOM ? MEMORY : temporaryFiles();
    }

    private static Path temporaryFiles() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * @param binaries the folder of initdb, pg_ctl and postgres
     * @param place where the folder of the server's data is made
     */
    private static EmbeddedServer start(Path binaries, Path place, Map<String, String> settings, boolean clock) {
        try {
            Path home = Files.createTempDirectory(place, "offsync-server-");
            giveToNobodyIfRoot(home);
            var server = new EmbeddedServer(home, binaries, freePort(), clock ? fakeTime(home) : Map.of());
            server.initialise(settings);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL", e);
        }
    }

    /** A hot standby that streams from this server, which is down while its data is copied. */
    public EmbeddedServer standby() {
        try {
            Path copy = Files.createTempDirectory(home.getParent(), "offsync-standby-");
            giveToNobodyIfRoot(copy);
            stop();
            run(List.of("cp", "-a", home.resolve("data").toString(), copy.toString()));
            start();
            Path data = copy.resolve("data");
            Files.createFile(data.resolve("standby.signal"));
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'\n"
                            .formatted(address.port(), USER, PASSWORD),
                    StandardOpenOption.APPEND);
            var server = new EmbeddedServer(copy, binaries, freePort(), Map.of());
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a standby", e);
        }
    }

    public ServerAddress address() {
        return address;
    }

    /** Starts the stopped server on the same data and port; crash recovery has ended when this returns. */
    public void start() {
        order("start");
    }

    /** Stops as a power cut does: no checkpoint, nothing said to clients; what was not flushed is lost. */
    public void stopImmediately() {
        order("immediate");
    }

    /** Stops in order: sessions are ended, everything is written. */
    public void stop() {
        order("fast");
    }

    /** The server's log so far. */
    public String log() {
        Path log = home.resolve("server.log");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            words.close();
            if (!keeper.waitFor(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL at port " + address.port() + " does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void order(String word) {
        try {
            words.write(word + "\n");
            words.flush();
            if (!"ok".equals(answers.readLine())) {
                throw new IllegalStateException("PostgreSQL did not obey '" + word + "':\n" + log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void initialise(Map<String, String> settings) throws IOException {
        Path password = Files.writeString(home.resolve("password"), PASSWORD);
        Path data = home.resolve("data");
        String initdb = binaries.resolve("initdb").toString();
        var words = new ArrayList<>(List.of(
                initdb,
                "--no-sync",
                "--no-instructions",
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--pgdata=" + data));
        if (run(List.of(initdb, "--help")).contains("builtin")) {
            words.add("--locale-provider=builtin"); // since PostgreSQL 17
        }
        if (run(List.of(initdb, "--help")).contains("--set")) {
            words.add("--set=scram_iterations=1"); // since PostgreSQL 16
        }
        run(words);
        Files.writeString(data.resolve("postgresql.auto.conf"), lines(settings));
    }

    private String run(List<String> command) throws IOException {
        Process run = process(command).redirectErrorStream(true).start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.onExit().join().exitValue() != 0) {
            throw new IOException(command.get(0) + " failed:\n" + output);
        }
        return output;
    }

    private static Map<String, String> fakeTime(Path home) throws IOException {
        Files.writeString(home.resolve(CLOCK), "+0\n");
        return Map.of(
                "LD_PRELOAD",
                FAKE_TIME.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                home.resolve(CLOCK).toString(),
                "FAKETIME_NO_CACHE",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
    }

    private static String lines(Map<String, String> settings) {
        var all = new TreeMap<>(BASICS);
        all.putAll(settings);
        var text = new StringBuilder();
        all.forEach((key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
        return text.toString();
    }

    private ProcessBuilder process(List<String> command) {
        var words = new ArrayList<String>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        words.addAll(command);
        return new ProcessBuilder(words).directory(home.toFile());
    }

    private static void giveToNobodyIfRoot(Path directory) throws IOException {
        if (isRoot()) {
            Files.setAttribute(directory, "unix:uid", NOBODY);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Below the range that outgoing connections draw from, so that the port is still free at a restart. */
    private static int freePort() throws IOException {
        IOException last = new IOException("no free port");
        for (int attempt = 0; attempt < 50; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static String script() throws IOException {
        try (InputStream script = EmbeddedServer.class.getResourceAsStream("server.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
