package dev.offsync.bench;

import dev.offsync.testing.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The real jar as its own process, started by the launcher with its archive of classes, as an operator runs it. */
final class Program implements AutoCloseable {
    /** How a run ended and how long the whole process took. */
    record Run(double seconds, int exitCode, String output) {}

    static final Path LAUNCHER = Path.of("dist/bin/offsync").toAbsolutePath();
    static final Path JAR = Path.of("target/offsync.jar").toAbsolutePath();

    private final Path cache;

    Program() {
        try {
            cache = Files.createTempDirectory("offsync-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        // the first run makes the archive
        require(time(List.of(LAUNCHER.toString(), "--version"), environment()));
    }

    /** Runs offsync to its end between two databases; anything but exit code 0 ends the benchmark. */
    Run run(ServerAddress local, ServerAddress hub, String... arguments) {
        return require(timed(local, hub, List.of(LAUNCHER.toString()), arguments));
    }

    /** As {@link #run}, without the launcher and its archive. */
    Run runJar(ServerAddress local, ServerAddress hub, String... arguments) {
        return require(timed(local, hub, List.of(java(), "-jar", JAR.toString()), arguments));
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private Run timed(ServerAddress local, ServerAddress hub, List<String> program, String... arguments) {
        var environment = environment();
        environment.put("OFFSYNC_LOCAL", withoutPassword(local));
        environment.put("OFFSYNC_LOCAL_PASSWORD", local.password());
        environment.put("OFFSYNC_REMOTE", withoutPassword(hub));
        environment.put("OFFSYNC_REMOTE_PASSWORD", hub.password());
        var command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return time(command, environment);
    }

    /** Times any process with nothing but {@code environment} in its environment. */
    static Run time(List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.onExit().join().exitValue();
            return new Run((System.nanoTime() - start) / 1e9, exitCode, output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
    }

    static Run require(Run run) {
        if (run.exitCode() != 0) {
            throw new IllegalStateException("exit code " + run.exitCode() + ":\n" + run.output());
        }
        return run;
    }

    private Map<String, String> environment() {
        var environment = new TreeMap<String, String>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("OFFSYNC_CACHE_DIR", cache.toString());
        return environment;
    }

    private static String withoutPassword(ServerAddress address) {
        return "postgresql://" + address.user() + "@" + address.host() + ":" + address.port() + "/"
                + address.database();
    }

    @Override
    public void close() {
        if (!Files.exists(cache)) {
            return;
        }
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
