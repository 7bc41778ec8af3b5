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
    /**
     * A table as the device reads it. Without {@code cursor} every row comes; with {@code reconcile} also the keys of those
     * that are outside the device's filter, so that they leave it.
     */
    public record Source(SyncedTable table, @Nullable String cursor, boolean reconcile) {}

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

    /** The COPY of all changes of {@code sources} that {@code device} did not make itself, as the inbox takes them. */
    public static String copy(int device, List<Source> sources, Filters filters) {
        return sources.stream()
                .map(source -> select(device, source, filters))
                .collect(Collectors.joining("UNION ALL\n", "COPY (\n", ") TO STDOUT"));
    }

    private static String select(int device, Source source, Filters filters) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        String inside = filters.inside(table, "t");
        return """
                SELECT %d, %s, r.version, r.deleted OR NOT f.inside, r.changed_at, NOT r.deleted AND NOT f.inside,
                       CASE WHEN f.inside THEN (t.*)::text END
                FROM offsync.row_%d AS r
                LEFT JOIN %s AS t ON NOT r.deleted AND %s
                CROSS JOIN LATERAL (SELECT %s AS inside) AS f
                WHERE %s AND (r.deleted OR t.%s IS NOT NULL)
                """.formatted(
                table.id(),
                key.array("r"),
                table.hubTable(),
                table.name().sql(),
                key.sameAsRow("t", "r"),
                inside,
                due(device, source, filters),
                TableName.quote(
                        table.key().stream().map(KeyColumn::name).findFirst().orElseThrow()));
    }

    private static String due(int device, Source source, Filters filters) {
        if (source.cursor() == null) {
            return source.reconcile() ? "true" : "NOT r.deleted AND f.inside";
        }
        String changed =
                "r.xid >= pg_snapshot_xmin('%1$s'::pg_snapshot) AND NOT pg_visible_in_snapshot(r.xid, '%1$s'::pg_snapshot)"
                        .formatted(source.cursor());
        if (!filters.restricts(source.table())) {
            return changed + " AND r.origin IS DISTINCT FROM " + device;
        }
        return "(" + changed + " AND (r.origin IS DISTINCT FROM " + device + " OR NOT f.inside) OR "
                + filters.reached(source.table(), "t", changed) + ")";
    }
}
