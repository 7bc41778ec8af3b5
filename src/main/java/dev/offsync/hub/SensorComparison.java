package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.RowHash;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compares a table that devices only push into. The hub holds the rows of them all and no feed, so a device asks about its
 * own rows, by key.
 */
public record SensorComparison(SyncedTable table, List<String> sent) {
    /** A row of the device: its key, and its hash as {@link RowHash} makes it. */
    public record Asked(List<String> key, long hash) {}

    /** A row that the hub does not have alike: its position among those asked about, from 0, and whether it is there. */
    public record Unlike(int position, boolean present) {}

    public List<Unlike> unlike(Database hub, List<Asked> rows) throws SQLException {
        var key = new KeySql(table.key());
        String present = "t."
                + table.key().stream()
                        .map(KeyColumn::name)
                        .map(TableName::quote)
                        .findFirst()
                        .orElseThrow()
                + " IS NOT NULL";
        String asked = rows.stream()
                .map(row -> "[" + row.hash() + "," + JsonText.array(row.key()) + "]")
                .collect(Collectors.joining(",", "[", "]"));
        return hub.list(
                "SELECT w.position - 1, " + present + "\nFROM (SELECT e.position, e.hash, " + key.parsedArray("e.key")
                        + """

                              FROM (SELECT j.position, (j.row ->> 0)::bigint AS hash,
                                           ARRAY(SELECT jsonb_array_elements_text(j.row -> 1)) AS key
                                    FROM jsonb_array_elements(?::jsonb) WITH ORDINALITY AS j(row, position)) AS e) AS w
                        LEFT JOIN\s"""
                        + table.name().sql() + " AS t ON " + key.sameAsRow("t", "w") + "\nWHERE (" + present
                        + " AND " + RowHash.ofRow(sent, "t") + " = w.hash) IS NOT TRUE",
                row -> new Unlike(row.getInt(1), row.getBoolean(2)),
                asked);
    }
}
