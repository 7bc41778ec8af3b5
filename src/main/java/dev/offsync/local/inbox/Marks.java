package dev.offsync.local.inbox;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows that changed on the hub where this device may not see them, by the marks of their keys: hashes, which the device can
 * tell for the keys that it has. One that it has and sees no more has left it.
 */
public final class Marks {
    public static final String COPY_IN = "COPY inbox_mark (table_id, mark, version, deleted, changed_at) FROM STDIN";

    /** A local row whose key bears a mark. */
    public record Candidate(List<String> key, String mark) {}

    private final Database database;

    public Marks(Database database) {
        this.database = database;
    }

    public void create() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS inbox_mark (
                    table_id   integer NOT NULL,
                    mark       bytea NOT NULL,
                    version    bigint NOT NULL,
                    deleted    boolean NOT NULL,
                    changed_at timestamptz NOT NULL
                );
                TRUNCATE inbox_mark
                """);
    }

    /** Local rows that changed on the hub and are not in the inbox; within a transaction. */
    public List<Candidate> candidates(SyncedTable table, String secret) throws SQLException {
        database.execute(OutputSettings.forTransaction());
        return database.list(
                "SELECT c.key, c.mark::text " + changed(table),
                row -> new Candidate(SqlArray.texts(row.getArray(1)), row.getString(2)),
                secret,
                table.hubTable(),
                table.id());
    }

    /**
     * Puts rows that are gone from the device's sight into the inbox, as deleted, if the hub says so, else as leaving, and
     * returns their number; within a transaction.
     */
    public long leave(SyncedTable table, String secret, List<Candidate> gone) throws SQLException {
        database.execute(OutputSettings.forTransaction());
        return database.update(
                "INSERT INTO inbox (table_id, key, version, deleted, changed_at, leaves)\n"
                        + "SELECT c.table_id, c.key, c.version, true, c.changed_at, NOT c.deleted " + changed(table)
                        + "AND c.mark = ANY (?::bytea[])",
                secret,
                table.hubTable(),
                table.id(),
                gone.stream().map(Candidate::mark).toList());
    }

    /** Arguments: the secret, the hub's number of the table, and the device's. */
    private static String changed(SyncedTable table) {
        return """
                FROM (
                    SELECT m.*, t.key
                    FROM (
                        SELECT k.key, substr(sha256(convert_to(concat_ws(' ', ?::uuid, ?::integer, k.key::text), 'UTF8')), 1, 16)
                                      AS mark
                        FROM (SELECT %s AS key FROM %s AS t) AS k
                    ) AS t
                    JOIN inbox_mark AS m ON m.mark = t.mark
                    WHERE m.table_id = ?
                ) AS c
                WHERE NOT EXISTS (SELECT FROM inbox AS s WHERE s.table_id = c.table_id AND s.key = c.key)
                """.formatted(
                        new KeySql(table.key()).arrayOfRow("t"), table.name().sql());
    }
}
