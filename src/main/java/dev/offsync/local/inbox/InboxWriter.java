package dev.offsync.local.inbox;

import dev.offsync.model.ConflictType;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of the inbox that nothing stands against into one business table. Only rows that {@link Inbox#contest}
 * locked are changed: one that an application inserted since is new work, and ends this with a unique violation; the
 * caller starts over.
 */
public final class InboxWriter {
    /** Rows written to one table. */
    public record Applied(long inserted, long updated, long deleted, long skipped) {
        public static final Applied NOTHING = new Applied(0, 0, 0, 0);

        public Applied plus(Applied other) {
            return new Applied(
                    inserted + other.inserted,
                    updated + other.updated,
                    deleted + other.deleted,
                    skipped + other.skipped);
        }
    }

    /**
     * A row of the hub that could not be written because a local row with pending work holds its unique value. {@code row}
     * is in the local table's columns; {@code columns} are empty where the constraint is over expressions.
     */
    public record Blocked(
            String localRecordId,
            String recordId,
            long version,
            @Nullable Instant changedAt,
            String row,
            String constraint,
            List<String> columns) {}

    private final Database database;
    private final SyncedTable table;
    private final KeySql key;
    private final List<Column> columns;
    private final String relation;
    private final String due;
    private final UniqueKeys unique;
    private final Inbox.Arrived arrived;
    private final boolean meets;
    private List<Blocked> blocked = List.of();

    /**
     * @param sent the columns that came
     * @param meets whether some of the rows are here already, or met pending work
     */
    public InboxWriter(Database database, SyncedTable table, List<String> sent, Inbox.Arrived arrived, boolean meets)
            throws SQLException {
        this.database = database;
        this.table = table;
        this.arrived = arrived;
        this.meets = meets;
        this.key = new KeySql(table.key());
        this.columns = new Catalog(database)
                .columns(table.name()).stream()
                        .filter(c -> sent.contains(c.name()) && c.generated().isEmpty())
                        .toList();
        this.relation = table.name().sql();
        this.unique = new UniqueKeys(database, table);
        this.due = "s.table_id = " + table.id() + " AND " + Inbox.DUE;
    }

    /** Deletes what the hub deleted, and returns the number of rows. */
    public long delete() throws SQLException {
        Optional<String> deletion = deletion();
        return deletion.isPresent() ? database.update(deletion.get()) : 0;
    }

    /** SQL that deletes what the hub deleted, where it may have. */
    Optional<String> deletion() {
        return !meets || !arrived.deletions()
                ? Optional.empty()
                : Optional.of("DELETE FROM " + relation + " AS t USING inbox AS s WHERE " + due
                        + " AND s.deleted AND s.present AND " + key.rowSameAsArray("t", "s.key"));
    }

    /** Inserts and updates, set by set. Fails where values of a unique column move between rows, or stand in the way. */
    public Applied put() throws SQLException {
        return put("");
    }

    /**
     * As {@link #put()}, but where that fails, rows for which there is no room are held back, and the others deleted and
     * inserted anew, which nobody may notice; or, where that would lose something, written one by one.
     */
    public Applied putCarefully() throws SQLException {
        database.execute("SAVEPOINT put");
        try {
            return put("");
        } catch (SQLException e) {
            rollback("put", e, isUnfit(e));
            holdBlocked(e);
            return everyColumnCame() ? replace() : putMoved();
        }
    }

    /** Holds rows back that what is here has no room for, after {@code e} said that there are some. */
    void holdBlocked(SQLException e) throws SQLException {
        if (unique.rowsAppeared()) {
            throw e;
        }
        blocked = unique.holdBlocked();
    }

    /** Frees values for rows of the inbox that others of it have. */
    void freeMovingValues() throws SQLException {
        unique.freeMovingValues(columns.stream().map(Column::name).toList());
    }

    /** Raises what speaks against the rows that were written. */
    void refuseDuplicates() throws SQLException {
        unique.refuseDuplicates();
    }

    /** What was found in the way of rows that came. */
    public List<Blocked> blocked() {
        return blocked;
    }

    private Applied put(String chosen) throws SQLException {
        long updated = meets ? update(chosen) : 0;
        long inserted = insert(chosen + " AND NOT s.present");
        unique.refuseDuplicates();
        return new Applied(inserted, updated, 0, 0);
    }

    private Applied replace() throws SQLException {
        database.execute("SAVEPOINT replace");
        try {
            long replaced = database.update("DELETE FROM " + relation + " AS t USING inbox AS s WHERE " + due
                    + " AND NOT s.deleted AND s.present AND " + key.rowSameAsArray("t", "s.key"));
            long inserted = insert("") - replaced;
            unique.refuseDuplicates();
            return new Applied(inserted, replaced, 0, 0);
        } catch (SQLException e) {
            rollback("replace", e, isUnfit(e));
            return putSingly();
        }
    }

    private Applied putMoved() throws SQLException {
        database.execute("SAVEPOINT moved");
        try {
            freeMovingValues();
            return put("");
        } catch (SQLException e) {
            rollback("moved", e, SqlErrors.isDataError(e));
            return putSingly();
        }
    }

    /** One row after the other, as long as one more finds room; the rest is held back. */
    Applied putSingly() throws SQLException {
        Applied applied = Applied.NOTHING;
        var reasons = new HashMap<Long, ConflictType>();
        database.execute("CREATE INDEX inbox_ordinal ON inbox (ordinal)");
        List<Long> left = database.list(
                "SELECT s.ordinal FROM inbox AS s WHERE " + due + " AND NOT s.deleted ORDER BY s.ordinal",
                row -> row.getLong(1));
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            progress = false;
            for (long ordinal : List.copyOf(left)) {
                database.execute("SAVEPOINT single");
                try {
                    applied = applied.plus(put(" AND s.ordinal = " + ordinal));
                    left.remove(ordinal);
                    progress = true;
                } catch (SQLException e) {
                    rollback("single", e, isUnfit(e));
                    reasons.put(
                            ordinal,
                            SqlErrors.isUniqueViolation(e) ? ConflictType.UNIQUE_VIOLATION : ConflictType.FOREIGN_KEY);
                }
                database.execute("RELEASE SAVEPOINT single");
            }
        }
        for (long ordinal : left) {
            database.update(
                    "UPDATE inbox SET held = ? WHERE ordinal = ?",
                    Objects.requireNonNull(reasons.get(ordinal)).word(),
                    ordinal);
        }
        // Others are not to pay for it.
        database.execute("DROP INDEX inbox_ordinal");
        return applied;
    }

    /** Whether other rows are what stands against one. */
    static boolean isUnfit(SQLException e) {
        return SqlErrors.isUniqueViolation(e) || SqlErrors.isForeignKeyViolation(e);
    }

    private void rollback(String savepoint, SQLException e, boolean mayGoAnotherWay) throws SQLException {
        if (!mayGoAnotherWay) {
            throw e;
        }
        database.execute("ROLLBACK TO SAVEPOINT " + savepoint);
    }

    /** Whether a row that is deleted and inserted again loses nothing. */
    private boolean everyColumnCame() throws SQLException {
        return new Catalog(database)
                .table(table.name()).orElseThrow().columns().stream()
                        .filter(column -> column.generated().isEmpty())
                        .filter(column -> !table.syncColumns() || !SyncedTable.SYNC_COLUMNS.contains(column.name()))
                        .allMatch(columns::contains);
    }

    private long update(String chosen) throws SQLException {
        return database.update(updating(chosen));
    }

    private long insert(String chosen) throws SQLException {
        return database.update(inserting(chosen));
    }

    /** SQL that writes over the rows that are here, where there are any. */
    Optional<String> updating() {
        return meets ? Optional.of(updating("")) : Optional.empty();
    }

    private String updating(String chosen) {
        List<Column> updatable =
                columns.stream().filter(c -> !c.identity().equals("a")).toList();
        return "UPDATE " + relation + " AS t SET (" + names(updatable) + marks(", ", "") + ") = ROW("
                + values(updatable) + marks(", ", "s.version") + ") FROM " + source(chosen + " AND s.present")
                + " WHERE " + key.rowSameAsArray("t", "s.key");
    }

    /** SQL that inserts the rows that are not here. */
    String inserting() {
        return inserting(" AND NOT s.present");
    }

    private String inserting(String chosen) {
        return "INSERT INTO " + relation + " AS t (" + names(columns) + marks(", ", "")
                + ") OVERRIDING SYSTEM VALUE SELECT " + values(columns) + marks(", ", "s.version") + " FROM "
                + source(chosen);
    }

    /** The rows to be written, their texts parsed once each. */
    private String source(String chosen) {
        return "(SELECT s.key, s.version, s.present, s.row::" + relation + " AS r FROM inbox AS s WHERE " + due
                + " AND NOT s.deleted" + chosen + " OFFSET 0) AS s";
    }

    /** Notes the versions that the rows rest on now. Version 1 needs no entry: that is what a missing one means. */
    public void rest() throws SQLException {
        database.update("DELETE FROM " + table.sidecar() + " AS v USING inbox AS s WHERE " + due
                + " AND (s.deleted OR s.version = 1) AND " + key.sameAsArray("v", "s.key"));
        database.update("DELETE FROM offsync.evicted AS e USING inbox AS s WHERE " + due
                + " AND e.table_id = s.table_id AND e.key = s.key");
        if (!arrived.changed()) {
            return;
        }
        database.update("INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version) SELECT "
                + key.aliases("s") + ", s.version FROM (SELECT s.version, " + key.parsedArray("s.key")
                + " FROM inbox AS s WHERE " + due + " AND NOT s.deleted AND s.version <> 1) AS s ON CONFLICT ("
                + key.aliases() + ") DO UPDATE SET version = excluded.version, synced_at = now()");
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(c -> TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    private static String values(List<Column> columns) {
        return columns.stream().map(c -> "(s.r)." + TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    /** offsync's own columns: their names, or their values for a row that came with {@code version}. */
    private String marks(String before, String version) {
        if (!table.syncColumns()) {
            return "";
        }
        return version.isEmpty()
                ? before + "version, sync_status, sync_timestamp"
                : before + version + ", 'synced', now()";
    }
}
