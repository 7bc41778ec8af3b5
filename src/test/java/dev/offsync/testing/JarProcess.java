package dev.offsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of the built jar as its own process, for black-box tests ({@code *IT}, after {@code package}). The process
 * sees none of this machine's offsync or PostgreSQL variables, only those given to {@link #env}.
 */
public final class JarProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path jar;
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<String> arguments;
    private final Map<String, String> environment = new TreeMap<>();
    private String stdin = "";

    private JarProcess(Path jar, List<String> arguments) {
        this.jar = jar;
        this.arguments = arguments;
    }

    /** {@code offsync arguments…} with the jar that Maven has just built, started fast. */
    public static JarProcess offsync(String... arguments) {
        JarProcess process = of(Path.of(System.getProperty("offsync.jar", "target/offsync.jar")), arguments);
        process.jvmOptions.addAll(FastStart.of(process.jar));
        return process;
    }

    /** {@code java -jar jar arguments…}. */
    public static JarProcess of(Path jar, String... arguments) {
        return new JarProcess(jar, List.of(arguments));
    }

    public JarProcess env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** An option for the virtual machine, such as {@code -Xmx128m}. */
    public JarProcess jvm(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Without the options that only make it start fast. */
    public JarProcess plain() {
        jvmOptions.removeAll(FastStart.of(jar));
        return this;
    }

    /** What the process can read before its stdin ends; nothing unless told. */
    public JarProcess stdin(String text) {
        stdin = text;
        return this;
    }

    /** Runs to the end; an AssertionError with the output so far where that takes longer than two minutes. */
    public Outcome run() {
        return run(PATIENCE);
    }

    public Outcome run(Duration timeout) {
        try (var running = start()) {
            return running.await(timeout);
        }
    }

    /** Starts the process and returns at once. */
    public RunningJar start() {
        var builder = new ProcessBuilder(command());
        prepare(builder);
        try {
            return RunningJar.of(builder.start(), stdin);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command(), e);
        }
    }

    List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        command.addAll(arguments);
        return command;
    }

    /** Gives the process the environment of this one, without what would influence offsync. */
    void prepare(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(JarProcess::influences);
        builder.environment().putAll(environment);
    }

    private static boolean influences(String variable) {
        return variable.startsWith("OFFSYNC_")
                || variable.startsWith("PG")
                || variable.startsWith("XDG_")
                || List.of("LOCAL_DB_URL", "REMOTE_DB_URL", "JAVA_TOOL_OPTIONS", "NO_COLOR", "HOME")
                        .contains(variable);
    }

    /** How a process ended; 137 is the exit code after a kill. */
    public record Outcome(int exitCode, String stdout, String stderr) {}
}
