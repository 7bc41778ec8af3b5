package dev.offsync.local.rows;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A key that a row has not had yet, from the default of one of the key's columns: a sequence, say, or a random uuid. */
public record NewKey(String column, String value, String recordId) {
    /** A sequence may lag behind rows that were written with keys of their own; further than this nobody waits. */
    private static final int MOST_DRAWS = 1000;

    private record Source(String column, String expression) {}

    /** The key for the row that has {@code recordId} now; nothing where no default yields one that is free. */
    static Optional<NewKey> draw(Database database, SyncedTable table, String recordId) throws SQLException {
        for (Source source : sources(database, table)) {
            String before = "";
            for (int i = 0; i < MOST_DRAWS; i++) {
                NewKey key = draw(database, table, recordId, source);
                if (key.value().equals(before)) {
                    break;
                }
                if (isFree(database, table, key.recordId())) {
                    return Optional.of(key);
                }
                before = key.value();
            }
        }
        return Optional.empty();
    }

    /** Sequences first: their keys are the device's own. */
    private static List<Source> sources(Database database, SyncedTable table) throws SQLException {
        return database.list(
                """
                SELECT a.attname,
                       CASE WHEN a.attidentity <> ''
                            THEN format('nextval(%L::regclass)', pg_get_serial_sequence(?, a.attname))
                            ELSE pg_get_expr(d.adbin, d.adrelid) END AS expression
                FROM pg_attribute AS a
                LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = to_regclass(?) AND a.attname = ANY (?::text[]) AND a.attgenerated = ''
                  AND (a.attidentity <> '' OR d.adbin IS NOT NULL)
                ORDER BY a.attidentity = '' AND pg_get_expr(d.adbin, d.adrelid) NOT LIKE 'nextval(%', a.attnum
                """,
                row -> new Source(row.getString(1), row.getString(2)),
                table.name().sql(),
                table.name().sql(),
                table.key().stream().map(KeyColumn::name).toList());
    }

    private static NewKey draw(Database database, SyncedTable table, String recordId, Source source)
            throws SQLException {
        var key = new KeySql(table.key());
        String drawn = key.each(
                ", ",
                i -> (table.key().get(i).name().equals(source.column())
                                ? "(" + source.expression() + ")::"
                                        + table.key().get(i).type()
                                : "old.k" + (i + 1))
                        + " AS k" + (i + 1));
        int place = table.key().stream().map(KeyColumn::name).toList().indexOf(source.column()) + 1;
        return database.list(
                        "SELECT k.k" + place + "::text, " + key.text("k") + " FROM (SELECT " + drawn + " FROM "
                                + key.ofArgument() + " AS old OFFSET 0) AS k",
                        row -> new NewKey(source.column(), row.getString(1), row.getString(2)),
                        recordId)
                .get(0);
    }

    private static boolean isFree(Database database, SyncedTable table, String recordId) throws SQLException {
        var key = new KeySql(table.key());
        return database.number(
                        "SELECT count(*) FROM " + table.name().sql() + " AS t, " + key.ofArgument() + " AS k WHERE "
                                + key.sameAsRow("t", "k"),
                        recordId)
                == 0;
    }
}
