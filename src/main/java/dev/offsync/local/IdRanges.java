package dev.offsync.local;

import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The ranges that this device's sequences draw from, so that no two devices make the same key. */
public final class IdRanges {
    /**
     * How ranges are cut for a type of key column. They begin at {@code base}, far above what the hub's own sequence will
     * reach, and end at {@code ceiling}; {@code size} keys go to a device at a time.
     */
    public record Sizing(long base, long ceiling, long size) {
        public static Sizing of(String columnType) {
            return switch (columnType) {
                case "smallint" -> new Sizing(16_384, Short.MAX_VALUE, 128);
                case "integer" -> new Sizing(1_000_000_000, Integer.MAX_VALUE, 100_000);
                default -> new Sizing(1L << 40, Long.MAX_VALUE, 1_000_000_000);
            };
        }
    }

    /** So many draws take a second; a copy that made more keys than that before it was noticed is hardly one. */
    private static final long MOST_DRAWN = 1_000_000;

    private final Database database;

    public IdRanges(Database database) {
        this.database = database;
    }

    public List<IdRange> all() throws SQLException {
        List<IdRange> leased = database.list(
                """
                SELECT t.table_name, r.column_name, r.sequence_name, r.low, r.high
                FROM offsync.id_range AS r
                JOIN offsync.synced_table AS t ON t.id = r.table_id
                WHERE to_regclass(r.sequence_name) IS NOT NULL
                ORDER BY r.sequence_name
                """,
                row -> new IdRange(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(5) - row.getLong(4) + 1));
        var ranges = new java.util.ArrayList<IdRange>();
        for (IdRange range : leased) {
            long next = database.number(
                    "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM " + range.sequence());
            long remaining = Math.max(0, Math.min(range.high() - next + 1, range.high() - range.low() + 1));
            ranges.add(
                    new IdRange(range.table(), range.column(), range.sequence(), range.low(), range.high(), remaining));
        }
        return ranges;
    }

    /**
     * Draws keys of this device's ranges that arrived from the hub: a copy of this device made them, before it became one of
     * its own. Drawing is safe beside applications that do the same, setting the sequence would not be.
     */
    public void passOver() throws SQLException {
        for (IdRange range : all()) {
            String column = database.first("""
                            SELECT format('SELECT max(%I) FROM %I.%I WHERE %1$I', r.column_name, t.schema_name, t.relation_name)
                            FROM offsync.id_range AS r
                            JOIN offsync.synced_table AS t ON t.id = r.table_id
                            WHERE r.sequence_name = ? AND to_regclass(format('%I.%I', t.schema_name, t.relation_name)) IS NOT NULL
                            """, row -> row.getString(1), range.sequence())
                    .orElse(null);
            if (column == null) {
                continue;
            }
            long used = range.high() - range.remaining();
            long arrived = database.number(column + " BETWEEN " + range.low() + " AND " + range.high());
            if (arrived > used) {
                database.number("SELECT count(nextval('" + range.sequence().replace("'", "''")
                        + "'::regclass)) FROM generate_series(1, " + Math.min(arrived - used, MOST_DRAWN) + ")");
            }
        }
    }

    /** The size of the range that a sequence was leased, empty where it has none. */
    public Optional<Long> size(TableName sequence) throws SQLException {
        return database.first(
                "SELECT size FROM offsync.id_range WHERE sequence_name = ? AND size > 0",
                row -> row.getLong(1),
                sequence.sql());
    }

    /** The range is somebody else's; the bounds that the sequence had first stay known. */
    public void forget(String sequence) throws SQLException {
        database.update("UPDATE offsync.id_range SET size = 0 WHERE sequence_name = ?", sequence);
    }

    /**
     * Points a sequence at the range from {@code low}, and remembers the bounds that it had first. ALTER SEQUENCE waits
     * for transactions that used it; the caller sets a lock_timeout and tries again.
     */
    public void adopt(SyncedTable table, TableDefinition.Sequence sequence, long low, long size) throws SQLException {
        database.update(
                """
                INSERT INTO offsync.id_range AS r (sequence_name, table_id, column_name, low, high, size, former_start,
                    former_minimum, former_maximum, former_cycle)
                SELECT ?, ?, ?, ?, ?, ?, s.seqstart, s.seqmin, s.seqmax, s.seqcycle
                FROM pg_sequence AS s
                WHERE s.seqrelid = ?::regclass
                ON CONFLICT (sequence_name) DO UPDATE SET low = excluded.low, high = excluded.high, size = excluded.size
                """,
                sequence.name().sql(),
                table.id(),
                sequence.column(),
                low,
                low + size - 1,
                size,
                sequence.name().sql());
        database.execute("ALTER SEQUENCE " + sequence.name().sql() + " MINVALUE " + low + " MAXVALUE "
                + (low + size - 1) + " START " + low + " RESTART NO CYCLE");
    }
}
