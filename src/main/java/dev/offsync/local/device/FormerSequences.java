package dev.offsync.local.device;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives sequences that drew from leased ranges the bounds back that they had before. */
final class FormerSequences {
    private record Former(
            String sequence,
            TableName table,
            String column,
            long start,
            long minimum,
            long maximum,
            boolean cycle,
            long increment,
            String shown) {}

    private final Database database;

    FormerSequences(Database database) {
        this.database = database;
    }

    /** Restores each sequence that is still there, and says where it goes on. */
    List<String> restore() throws SQLException {
        return restoreWhere("true");
    }

    /** Restores the sequences that feed {@code table}. */
    List<String> restore(SyncedTable table) throws SQLException {
        return restoreWhere("t.id = " + table.id());
    }

    private List<String> restoreWhere(String condition) throws SQLException {
        List<Former> all = database.list(
                """
                SELECT r.sequence_name, t.schema_name, t.relation_name, r.column_name, r.former_start, r.former_minimum,
                       r.former_maximum, r.former_cycle, s.seqincrement, s.seqrelid::regclass::text
                FROM offsync.id_range AS r
                JOIN offsync.synced_table AS t ON t.id = r.table_id
                JOIN pg_sequence AS s ON s.seqrelid = to_regclass(r.sequence_name)
                WHERE %s
                ORDER BY r.sequence_name
                """.formatted(condition),
                row -> new Former(
                        row.getString(1),
                        new TableName(row.getString(2), row.getString(3)),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getBoolean(8),
                        row.getLong(9),
                        row.getString(10)));
        var changes = new ArrayList<String>();
        for (Former former : all) {
            changes.add(restore(former));
        }
        return changes;
    }

    private String restore(Former former) throws SQLException {
        database.execute("ALTER SEQUENCE " + former.sequence() + " MINVALUE " + former.minimum() + " MAXVALUE "
                + former.maximum() + " START " + former.start() + " RESTART WITH " + former.start()
                + (former.cycle() ? " CYCLE" : " NO CYCLE"));
        Optional<Long> last = lastKey(former);
        if (last.isPresent()) {
            database.list("SELECT setval(?::regclass, ?)", row -> row.getLong(1), former.sequence(), last.get());
        }
        return "gives the sequence " + former.shown() + " its bounds back"
                + last.map(key -> "; it goes on after " + key).orElse("");
    }

    /** The key after which the sequence goes on: the table's last one in its direction, as far as its bounds reach. */
    private Optional<Long> lastKey(Former former) throws SQLException {
        boolean gone = database.first(
                        """
                        SELECT NOT EXISTS (SELECT FROM pg_attribute
                                           WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped)
                        """, row -> row.getBoolean(1), former.table().sql(), former.column())
                .orElse(true);
        if (gone) {
            return Optional.empty();
        }
        boolean up = former.increment() > 0;
        String column = TableName.quote(former.column());
        return database.first(
                        "SELECT " + (up ? "max(" : "min(") + column + ")::bigint FROM "
                                + former.table().sql() + " WHERE " + column + (up ? " >= " : " <= ") + former.start(),
                        row -> row.getObject(1, Long.class))
                .map(key -> Math.min(Math.max(key, former.minimum()), former.maximum()));
    }
}
