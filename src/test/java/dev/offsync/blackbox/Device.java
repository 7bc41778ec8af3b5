package dev.offsync.blackbox;

import dev.offsync.cli.Program;
import dev.offsync.cli.Verbs;
import dev.offsync.testing.JarProcess;
import dev.offsync.testing.JarProcess.Outcome;
import dev.offsync.testing.RunningJar;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.ui.CapturedConsole;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device: its own database, and the jar as its operator runs it, with both URLs in the environment. */
record Device(String name, TestDatabase database, ServerAddress hub) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The same device, which reaches the hub, or what it takes for the hub, at another address. */
    Device reaching(ServerAddress other) {
        return new Device(name, database, other);
    }

    /** Runs the jar to its end. */
    Answer offsync(String... arguments) {
        return Answer.of(command(arguments).run());
    }

    /** Starts the jar and returns at once; closing it kills what still runs. */
    RunningJar start(String... arguments) {
        return command(arguments).start();
    }

    static Answer end(RunningJar running) {
        return Answer.of(running.await(PATIENCE));
    }

    /**
     * The same command without a process: for what only sets the scene, and for the second of two runs that differ in their
     * arguments alone.
     */
    Answer inThisProcess(String... arguments) {
        var captured = CapturedConsole.pipe(environment());
        int exitCode = new Program(captured.console(), Path.of("/nonexistent"), "test", new Verbs()).run(arguments);
        return Answer.of(new Outcome(exitCode, captured.out(), captured.err()));
    }

    JarProcess command(String... arguments) {
        JarProcess process = JarProcess.offsync(arguments);
        environment().forEach(process::env);
        return process;
    }

    private Map<String, String> environment() {
        return Map.of(
                "OFFSYNC_LOCAL", withoutPassword(database.address()),
                "OFFSYNC_LOCAL_PASSWORD", database.address().password(),
                "OFFSYNC_REMOTE", withoutPassword(hub),
                "OFFSYNC_REMOTE_PASSWORD", hub.password());
    }

    /** What the application on the device, or its operator, does. */
    void sql(String sql, @Nullable Object... arguments) throws SQLException {
        database.exec(sql, arguments);
    }

    List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        return database.rows(sql, arguments);
    }

    @Nullable
    String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        return database.scalar(sql, arguments);
    }

    void set(String key, String value) throws SQLException {
        sql("""
                INSERT INTO offsync.sync_config VALUES (?, ?)
                ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value
                """, key, value);
    }

    static String withoutPassword(ServerAddress address) {
        return "postgresql://" + address.user() + "@" + address.host() + ":" + address.port() + "/"
                + address.database();
    }
}
