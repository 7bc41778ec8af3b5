package dev.offsync.hub;

import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.RowHash;
import dev.offsync.pg.SqlLiteral;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hub's side of a comparison by buckets, as SQL for the transaction that {@link ChangeFeed#begin} opens. It takes the
 * rows of one table that belong on the device, without those that the next pull would bring or take.
 *
 * @param sent the columns that travel, in the device's order
 */
public record HubComparison(int device, Source source, Filters filters, List<String> sent) {
    /** The COPY of the keys that the next pull is about, deleted ones included. */
    public String copyDue() {
        return "COPY (SELECT " + key().array("r") + "\nFROM offsync.row_" + table().hubTable() + " AS r\nLEFT JOIN "
                + table().name().sql() + " AS t ON NOT r.deleted AND " + key().sameAsRow("t", "r")
                + "\nCROSS JOIN LATERAL (SELECT " + filters.inside(table(), "t") + " AS inside) AS f\nWHERE " + due()
                + ") TO STDOUT";
    }

    /**
     * Each bucket with its number of rows and the sum of their hashes.
     *
     * @param leftOut keys that the device leaves out, too, as arrays of texts
     */
    public String buckets(int buckets, List<List<String>> leftOut) {
        return "SELECT " + RowHash.bucketOf(table().key(), "t", buckets) + " AS bucket, count(*), sum("
                + RowHash.ofRow(sent, "t") + ")::text\n" + rows() + without(leftOut) + "GROUP BY bucket";
    }

    /** The COPY of the keys and hashes in some of the buckets. */
    public String copyRows(int buckets, List<Integer> chosen, List<List<String>> leftOut) {
        return "COPY (SELECT " + arrayOfRow("t") + ", " + RowHash.ofRow(sent, "t") + "\n" + rows() + without(leftOut)
                + "AND " + RowHash.bucketOf(table().key(), "t", buckets) + " IN ("
                + chosen.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")) TO STDOUT";
    }

    /**
     * Of rows that the device has and this comparison does not, the positions (from 1) of those that say nothing about the
     * hub: it has them outside the device's filter, or hides them from its role. The only argument is a JSON array of keys.
     */
    public String explained() {
        return "SELECT w.position\nFROM (SELECT ?::jsonb AS keys) AS a\n"
                + "CROSS JOIN LATERAL (SELECT e.position, " + key().parsedArray("e.key")
                + "\n      FROM (SELECT j.position, ARRAY(SELECT jsonb_array_elements_text(j.key)) AS key\n"
                + "            FROM jsonb_array_elements(a.keys) WITH ORDINALITY AS j(key, position)) AS e) AS w\n"
                + "WHERE EXISTS (SELECT FROM " + table().name().sql() + " AS t WHERE " + key().sameAsRow("t", "w")
                + ")\n   OR row_security_active("
                + SqlLiteral.of(table().name().sql())
                + "::regclass)\n      AND w.position IN (SELECT offsync.present(" + device + ", " + table().hubTable()
                + ", a.keys))";
    }

    private String rows() {
        return "FROM " + table().name().sql() + " AS t\nLEFT JOIN offsync.row_" + table().hubTable() + " AS r ON "
                + key().sameAsRow("t", "r") + "\nCROSS JOIN LATERAL (SELECT " + filters.inside(table(), "t")
                + " AS inside) AS f\nWHERE f.inside AND (" + due() + ") IS NOT TRUE\n";
    }

    private String due() {
        return ChangeFeed.due(device, source, filters);
    }

    private String without(List<List<String>> keys) {
        if (keys.isEmpty()) {
            return "";
        }
        String json = keys.stream().map(JsonText::array).collect(Collectors.joining(", ", "[", "]"));
        return "AND NOT EXISTS (SELECT FROM (SELECT " + key().parsedArray("e.key")
                + " FROM (SELECT ARRAY(SELECT jsonb_array_elements_text(j)) AS key FROM jsonb_array_elements("
                + SqlLiteral.of(json) + ") AS j) AS e) AS w WHERE " + key().sameAsRow("t", "w") + ")\n";
    }

    private String arrayOfRow(String alias) {
        return key().arrayOfRow(alias);
    }

    private SyncedTable table() {
        return source.table();
    }

    private KeySql key() {
        return new KeySql(table().key());
    }
}
