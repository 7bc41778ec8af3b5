package dev.offsync.local.device;

import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlLiteral;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ranges that this device's sequences draw from, so that no two devices make the same key. */
public final class IdRanges {
    /** So many draws take a second; a copy that made more keys than that before it was noticed is hardly one. */
    private static final long MOST_DRAWN = 1_000_000;

    private final Database database;

    public IdRanges(Database database) {
        this.database = database;
    }

    /** Every range, with how many values its sequence has left to give. */
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
                        row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5), 0));
        var ranges = new ArrayList<IdRange>();
        for (IdRange range : leased) {
            ranges.add(new IdRange(
                    range.table(), range.column(), range.sequence(), range.low(), range.high(), remaining(range)));
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
                database.number("SELECT count(nextval(" + SqlLiteral.of(range.sequence())
                        + "::regclass)) FROM generate_series(1, " + Math.min(arrived - used, MOST_DRAWN) + ")");
            }
        }
    }

    private long remaining(IdRange range) throws SQLException {
        return database.number("""
                SELECT greatest(0, floor(CASE WHEN i.step > 0 THEN (?::bigint - n.next) / i.step
                                              ELSE (n.next - ?::bigint) / -i.step END) + 1)::bigint
                FROM %s AS s
                CROSS JOIN LATERAL (SELECT seqincrement AS step FROM pg_sequence WHERE seqrelid = s.tableoid) AS i
                CROSS JOIN LATERAL (SELECT s.last_value::numeric + CASE WHEN s.is_called THEN i.step ELSE 0 END AS next) AS n
                """.formatted(range.sequence()), range.high(), range.low());
    }

    /** How many values a sequence gets out of one lease, empty where it has none. */
    public Optional<Long> lot(String sequence) throws SQLException {
        return database.first("""
                SELECT greatest(r.size / abs(s.seqincrement), 1)
                FROM offsync.id_range AS r
                JOIN pg_sequence AS s ON s.seqrelid = r.sequence_name::regclass
                WHERE r.sequence_name = ? AND r.size > 0
                """, row -> row.getLong(1), sequence);
    }

    /** The size of the range that a sequence was leased, empty where it has none. */
    public Optional<Long> size(String sequence) throws SQLException {
        return database.first(
                "SELECT size FROM offsync.id_range WHERE sequence_name = ? AND size > 0",
                row -> row.getLong(1),
                sequence);
    }

    /** The range is somebody else's; the bounds that the sequence had first stay known. */
    public void forget(String sequence) throws SQLException {
        database.update("UPDATE offsync.id_range SET size = 0 WHERE sequence_name = ?", sequence);
    }

    /**
     * Points a sequence at the range from {@code low} to {@code high}, and remembers the bounds that it had first; a range
     * that follows the one it has is put onto it. ALTER SEQUENCE waits for transactions that used it; the caller sets a
     * lock_timeout and tries again.
     */
    public void adopt(SyncedTable table, TableDefinition.Sequence sequence, long low, long high) throws SQLException {
        String name = sequence.name().sql();
        boolean descends =
                database.number("SELECT seqincrement FROM pg_sequence WHERE seqrelid = ?::regclass", name) < 0;
        if (!descends
                && database.update(
                                "UPDATE offsync.id_range SET high = ? WHERE sequence_name = ? AND size > 0 AND high = ? - 1",
                                high,
                                name,
                                low)
                        > 0) {
            database.execute("ALTER SEQUENCE " + name + " MAXVALUE " + high);
            return;
        }
        database.update("""
                INSERT INTO offsync.id_range AS r (sequence_name, table_id, column_name, low, high, size, former_start,
                    former_minimum, former_maximum, former_cycle)
                SELECT ?, ?, ?, ?, ?, ?, s.seqstart, s.seqmin, s.seqmax, s.seqcycle
                FROM pg_sequence AS s
                WHERE s.seqrelid = ?::regclass
                ON CONFLICT (sequence_name) DO UPDATE SET low = excluded.low, high = excluded.high, size = excluded.size
                """, name, table.id(), sequence.column(), low, high, high - low + 1, name);
        database.execute("ALTER SEQUENCE " + name + " MINVALUE " + low + " MAXVALUE " + high + " START "
                + (descends ? high : low) + " RESTART NO CYCLE");
    }
}
