package dev.offsync.bench;

import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The two servers that everything is measured on: one for devices, one for hubs. */
final class Stage implements AutoCloseable {
    /** No checkpoint in the middle of a measurement; for the rest as PostgreSQL comes, but for its memory. */
    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level", "logical",
            "shared_buffers", "256MB",
            "min_wal_size", "1GB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "1h",
            "max_sync_workers_per_subscription", "2");

    private final EmbeddedServer devices;
    private final EmbeddedServer hubs;

    Stage(boolean fsync) {
        var settings = new TreeMap<>(SETTINGS);
        settings.put("fsync", fsync ? "on" : "off");
        devices = EmbeddedServer.start(settings);
        hubs = EmbeddedServer.start(settings);
    }

    /** An empty database of a device. */
    TestDatabase device() {
        return TestDatabases.create(devices.address());
    }

    /** An empty database of a hub. */
    TestDatabase hub() {
        return TestDatabases.create(hubs.address());
    }

    /** Lets both servers begin a measurement with nothing left to write from what came before. */
    void settle() throws SQLException {
        for (EmbeddedServer server : new EmbeddedServer[] {devices, hubs}) {
            try (var connection = server.address().connect();
                    var statement = connection.createStatement()) {
                statement.execute("CHECKPOINT");
            }
        }
    }

    /** What the figures were measured on, in words. */
    String machine() throws SQLException {
        try (var connection = hubs.address().connect();
                var statement = connection.createStatement();
                var version = statement.executeQuery("SHOW server_version")) {
            version.next();
            return "PostgreSQL %s, Java %s, %s, %d cores (%s), %s."
                    .formatted(
                            version.getString(1).split(" ", -1)[0],
                            System.getProperty("java.version"),
                            System.getProperty("os.name"),
                            Runtime.getRuntime().availableProcessors(),
                            processor(),
                            LocalDate.now(ZoneOffset.UTC));
        }
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public void close() {
        devices.close();
        hubs.close();
    }
}
