package dev.offsync.local.inbox;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlLiteral;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table that has nothing here, or nothing beyond the key that a load in the order of the keys has come to. Rows of the hub
 * can meet nothing there, and go in by COPY as they come.
 */
public final class EmptyTable {
    /** Types of which a value is never large. */
    private static final Set<String> SMALL = Set.of(
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "boolean",
            "date",
            "uuid",
            "interval",
            "numeric",
            "timestamp",
            "time");

    private static final Set<String> TEXTS = Set.of("text", "character", "character varying");

    private final Database database;
    private final SyncedTable table;
    private final KeySql key;
    private final List<Column> columns;

    /** @param sent the columns that travel */
    public EmptyTable(Database database, SyncedTable table, List<String> sent) throws SQLException {
        this.database = database;
        this.table = table;
        this.key = new KeySql(table.key());
        this.columns = new Catalog(database)
                .columns(table.name()).stream()
                        .filter(column -> sent.contains(column.name())
                                && column.generated().isEmpty())
                        .toList();
    }

    public List<String> columns() {
        return columns.stream().map(Column::name).toList();
    }

    /** The columns whose values decide how large a row is. */
    public List<String> texts() {
        return columns.stream()
                .filter(column -> TEXTS.contains(plain(column.type())))
                .map(Column::name)
                .toList();
    }

    /**
     * Whether rows may go in by COPY: nothing is here that they could meet, no constraint is looked at by a trigger alone,
     * and how large a row is can be told without making it text.
     *
     * @param after the texts of the key beyond which the table is empty; null: all of it is
     */
    public boolean takesCopies(@Nullable List<String> after) throws SQLException {
        boolean sizesKnown = columns.stream()
                .map(column -> plain(column.type()))
                .allMatch(type -> SMALL.contains(type) || TEXTS.contains(type));
        return sizesKnown && !table.syncColumns() && meetsNothing(after);
    }

    private boolean meetsNothing(@Nullable List<String> after) throws SQLException {
        return database.first(
                        """
                        SELECT NOT EXISTS (SELECT FROM {table} AS t {beyond_t})
                           AND NOT EXISTS (SELECT FROM {sidecar} AS v {beyond_v})
                           AND NOT EXISTS (SELECT FROM offsync.evicted AS e WHERE e.table_id = {id})
                           AND NOT EXISTS (SELECT FROM offsync.wanted AS w WHERE w.table_id = {id})
                           AND NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = {id})
                           AND NOT EXISTS (SELECT FROM pg_constraint AS c
                                           WHERE c.conrelid = to_regclass({name}) AND c.condeferrable AND c.contype <> 'f')
                        """.replace("{table}", table.name().sql())
                                .replace("{sidecar}", table.sidecar())
                                .replace("{id}", Integer.toString(table.id()))
                                .replace("{name}", SqlLiteral.of(table.name().sql()))
                                .replace("{beyond_t}", after == null ? "" : "WHERE " + key.rowComesAfter("t", after))
                                .replace("{beyond_v}", after == null ? "" : "WHERE " + key.comesAfter("v", after)),
                        row -> row.getBoolean(1))
                .orElseThrow();
    }

    /** The COPY that takes the values of {@link #columns}. */
    public String copyIn() {
        return "COPY " + table.name().sql() + " ("
                + columns.stream().map(column -> TableName.quote(column.name())).collect(Collectors.joining(", "))
                + ") FROM STDIN";
    }

    /** A type's name without length, precision and time zone. */
    private static String plain(String type) {
        return type.replaceAll("\\(.*?\\)| with(out)? time zone", "");
    }
}
