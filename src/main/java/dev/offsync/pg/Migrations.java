package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;

/**
 * The numbered scripts that make and change offsync's schema in a database. Each runs once, all within the caller's
 * transaction, and the number of the last one is the schema's version.
 */
public final class Migrations {
    /** An arbitrary number under which only one migration runs at a time in a database. */
    private static final long ADVISORY_LOCK = 0x6f666673796e63L;

    private final String folder;
    private final List<String> scripts;
    private final int oldestServed;

    /**
     * @param scripts names within {@code folder}, in the order of their numbers from 1
     * @param oldestServed the oldest version that an offsync may know and still work with the one made here
     */
    public Migrations(String folder, List<String> scripts, int oldestServed) {
        this.folder = folder;
        this.scripts = scripts;
        this.oldestServed = oldestServed;
    }

    /** The version that this offsync makes. */
    public int current() {
        return scripts.size();
    }

    /** The version that a database has, empty where it was never prepared. */
    public static OptionalInt versionOf(Database database) throws SQLException {
        boolean prepared = database.first(
                        "SELECT to_regclass('offsync.schema_version') IS NOT NULL", row -> row.getBoolean(1))
                .orElse(false);
        return prepared
                ? OptionalInt.of((int) database.number("SELECT coalesce(max(version), 0) FROM offsync.schema_version"))
                : OptionalInt.empty();
    }

    /** Brings the schema to {@link #current}; must run within a transaction. Returns whether anything was done. */
    public boolean apply(Database database) throws SQLException {
        database.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
        OptionalInt version = versionOf(database);
        refuseNewer(version);
        if (version.isEmpty()) {
            database.execute("""
                    CREATE SCHEMA IF NOT EXISTS offsync;
                    CREATE TABLE offsync.schema_version (
                        version       integer PRIMARY KEY,
                        applied_at    timestamptz NOT NULL DEFAULT now(),
                        oldest_served integer
                    )
                    """);
        }
        for (int number = version.orElse(0) + 1; number <= current(); number++) {
            database.execute(SqlTemplate.read(folder + "/" + scripts.get(number - 1)));
            database.update(
                    "INSERT INTO offsync.schema_version (version, oldest_served) VALUES (?, ?)",
                    number,
                    Math.min(number, oldestServed));
        }
        return version.orElse(0) < current();
    }

    /** The scripts as they would run in an empty database. */
    public String script() {
        var sql = new StringBuilder("CREATE SCHEMA IF NOT EXISTS offsync;\n"
                + "CREATE TABLE offsync.schema_version (version integer PRIMARY KEY,"
                + " applied_at timestamptz NOT NULL DEFAULT now(), oldest_served integer);\n");
        for (int number = 1; number <= current(); number++) {
            sql.append(SqlTemplate.read(folder + "/" + scripts.get(number - 1)))
                    .append("INSERT INTO offsync.schema_version (version, oldest_served) VALUES (")
                    .append(number)
                    .append(", ")
                    .append(Math.min(number, oldestServed))
                    .append(");\n");
        }
        return sql.toString();
    }

    /** A newer schema is worked with, though not changed, if the offsync that made it says that it serves this one. */
    public void refuseUnserved(int version, int servesFrom) {
        if (servesFrom > current()) {
            refuseNewer(OptionalInt.of(version));
        }
    }

    /** A schema that a newer offsync made is not changed by an older one. */
    public void refuseNewer(OptionalInt version) {
        if (version.orElse(0) > current()) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "the schema offsync has version " + version.getAsInt() + ", this offsync knows versions up to "
                            + current(),
                    "install the offsync that made it, or a newer one");
        }
    }
}
