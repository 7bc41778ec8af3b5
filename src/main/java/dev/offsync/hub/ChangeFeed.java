package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What changed on the hub since a snapshot. Transactions commit in another order than they begin, so a change is new if
 * its transaction is visible now and was not in the snapshot of the last pull; a transaction that stays open for long
 * delays nothing but itself.
 */
public final class ChangeFeed {
    /** A table as the device reads it; without {@code cursor} every row comes. */
    public record Source(SyncedTable table, @Nullable String cursor) {}

    private final Database database;

    public ChangeFeed(Database database) {
        this.database = database;
    }

    /** Opens the transaction that everything is read in, and returns its snapshot. */
    public String begin() throws SQLException {
        return database.first(
                        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n" + OutputSettings.forTransaction()
                                + "SELECT pg_current_snapshot()::text",
                        row -> row.getString(1))
                .orElseThrow();
    }

    public void end() throws SQLException {
        database.execute("COMMIT");
    }

    /** The COPY of all changes of {@code sources} that {@code device} did not make itself. */
    public static String copy(int device, List<Source> sources) {
        return sources.stream()
                .map(source -> select(device, source))
                .collect(Collectors.joining("UNION ALL\n", "COPY (\n", ") TO STDOUT"));
    }

    private static String select(int device, Source source) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        String since = source.cursor() == null ? "NOT r.deleted" : """
                r.xid >= pg_snapshot_xmin('%1$s'::pg_snapshot)
                  AND NOT pg_visible_in_snapshot(r.xid, '%1$s'::pg_snapshot)
                  AND r.origin IS DISTINCT FROM %2$d""".formatted(source.cursor(), device);
        return """
                SELECT %d, %s, r.version, r.deleted, r.changed_at, (t.*)::text
                FROM offsync.row_%d AS r
                LEFT JOIN %s AS t ON NOT r.deleted AND %s
                WHERE %s AND (r.deleted OR t.%s IS NOT NULL)
                """.formatted(
                table.id(),
                key.array("r"),
                table.hubTable(),
                table.name().sql(),
                key.sameAsRow("t", "r"),
                since,
                TableName.quote(
                        table.key().stream().map(KeyColumn::name).findFirst().orElseThrow()));
    }
}
