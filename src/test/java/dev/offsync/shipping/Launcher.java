package dev.offsync.shipping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The launcher of the tree that {@code mvn package} has made, as its own process, with a cache folder of its own. */
record Launcher(Path program, Map<String, String> environment) {
    /** The tree that the tarball and the package hold. */
    static final Path TREE = tree();

    static Launcher of(Path program, Path cache) {
        var environment = new TreeMap<String, String>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("OFFSYNC_CACHE_DIR", cache.toString());
        return new Launcher(program, environment);
    }

    Launcher with(String variable, String value) {
        var more = new TreeMap<>(environment);
        more.put(variable, value);
        return new Launcher(program, more);
    }

    Ending run(String... arguments) {
        return end(start(arguments));
    }

    Process start(String... arguments) {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Ending end(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new AssertionError("still running: " + output);
            }
            return new Ending(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path tree() {
        try (Stream<Path> found = Files.find(Path.of("target"), 4, (path, is) -> path.endsWith("bin/offsync"))) {
            return found.findFirst().orElseThrow().getParent().getParent().toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("run by mvn verify, after package", e);
        }
    }

    /** How a run ended, and what it wrote to both streams. */
    record Ending(int exitCode, String output) {}
}
