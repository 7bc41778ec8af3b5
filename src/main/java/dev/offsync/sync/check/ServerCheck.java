package dev.offsync.sync.check;

import com.sun.management.OperatingSystemMXBean;
import dev.offsync.pg.Database;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** What the device's server is set to, and how much room it has. */
final class ServerCheck {
    private static final long MIB = 1024 * 1024;
    private static final long TOO_LITTLE = 64 * MIB;
    private static final long LITTLE = 512 * MIB;
    /** What a connection takes beside its work_mem, roughly. */
    private static final long CONNECTION = 5 * MIB;

    private final Database database;
    private final Findings findings;

    ServerCheck(Database database, Findings findings) {
        this.database = database;
        this.findings = findings;
    }

    void run() throws SQLException {
        boolean here = database.first(
                        "SELECT coalesce(inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1', false)",
                        row -> row.getBoolean(1))
                .orElse(false);
        durability();
        disk(here);
        if (here) {
            memory(((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize());
        }
    }

    private void durability() throws SQLException {
        List<String> off = database.list(
                "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'autovacuum')"
                        + " AND setting = 'off' ORDER BY name",
                row -> row.getString(1));
        for (String setting : off) {
            findings.warning(
                    "server_setting",
                    setting.equals("autovacuum")
                            ? "autovacuum is off: tables grow and old transactions are never frozen"
                            : setting + " is off: a power loss can destroy the local database",
                    "set " + setting + " = on in postgresql.conf; postgresql/edge.conf is a good start");
        }
    }

    private void disk(boolean here) throws SQLException {
        long all = database.number("SELECT pg_database_size(current_database())");
        long history = database.number("SELECT pg_total_relation_size('offsync.journal')");
        String sizes = "the database takes " + all / MIB + " MB, " + history / MIB + " MB of them offsync's journal";
        String room = "offsync purge and offsync purge --rows TABLE --older-than 30d make room";
        long free = here ? free() : -1;
        if (free < 0) {
            findings.advice(
                    "disk_unknown", "the room on the local server's disk cannot be seen from here; " + sizes, room);
        } else if (free < TOO_LITTLE) {
            findings.error("disk_full", free / MIB + " MB are free on the local server's disk; " + sizes, room);
        } else if (free < Math.max(LITTLE, history)) {
            findings.warning("disk_low", free / MIB + " MB are free on the local server's disk; " + sizes, room);
        } else {
            findings.passed("disk: " + free / MIB + " MB free; " + sizes);
        }
    }

    /** Bytes free where the server keeps its data, -1 where neither it nor the operating system tells. */
    private long free() throws SQLException {
        List<String> directory =
                database.list("SELECT setting FROM pg_settings WHERE name = 'data_directory'", row -> row.getString(1));
        if (directory.isEmpty() || !Files.exists(Path.of(directory.get(0)))) {
            return -1;
        }
        try {
            return Files.getFileStore(Path.of(directory.get(0))).getUsableSpace();
        } catch (IOException hidden) {
            return -1;
        }
    }

    /** PostgreSQL's memory is bounded by its settings alone; the machine's may be less than these allow. */
    private void memory(long machine) throws SQLException {
        long shared = database.number("SELECT pg_size_bytes(current_setting('shared_buffers'))");
        long work = database.number("SELECT pg_size_bytes(current_setting('work_mem'))");
        long connections = database.number("SELECT current_setting('max_connections')::bigint");
        long most = shared + connections * (work + CONNECTION);
        if (most > machine) {
            findings.advice(
                    "memory",
                    "with all " + connections + " connections in use the local server may take " + most / MIB
                            + " MB of this machine's " + machine / MIB + " MB",
                    "lower max_connections, work_mem or shared_buffers; postgresql/edge.conf suits a small device");
        } else {
            findings.passed("memory: at most about " + most / MIB + " MB of " + machine / MIB + " MB");
        }
    }
}
