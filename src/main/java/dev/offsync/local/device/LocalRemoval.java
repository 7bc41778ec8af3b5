package dev.offsync.local.device;

import dev.offsync.pg.Database;
import dev.offsync.pg.SchemaRemoval;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes offsync out of a device's database. Works within the caller's transaction. */
public final class LocalRemoval {
    private final Database database;

    public LocalRemoval(Database database) {
        this.database = database;
    }

    /** The device's name, where there is one. */
    public Optional<String> device() throws SQLException {
        return database.first("SELECT name FROM offsync.device", row -> row.getString(1));
    }

    /** How many operations the hub does not have; from now on until the transaction ends there come no more. */
    public long unsent() throws SQLException {
        new SchemaRemoval(database).lockTables();
        return database.number("SELECT count(*) FROM offsync.unfinished");
    }

    /** Removes everything, and says what that was. The tables and their rows stay as they are. */
    public List<String> remove() throws SQLException {
        var changes = new ArrayList<String>(new FormerSequences(database).restore());
        changes.addAll(dropIndexes());
        changes.addAll(new SchemaRemoval(database).drop());
        return changes;
    }

    /** The indexes on the columns of --sync-columns; nothing keeps these columns true any more. */
    private List<String> dropIndexes() throws SQLException {
        List<String> indexes = database.list("""
                SELECT i.indexrelid::regclass::text
                FROM offsync.synced_table AS t
                JOIN pg_index AS i ON i.indrelid = to_regclass(format('%I.%I', t.schema_name, t.relation_name))
                JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE c.relname IN (format('offsync_%s_status', t.id), format('offsync_%s_version', t.id))
                ORDER BY 1
                """, row -> row.getString(1));
        for (String index : indexes) {
            database.execute("DROP INDEX " + index);
        }
        return indexes.stream().map(index -> "removes the index " + index).toList();
    }
}
