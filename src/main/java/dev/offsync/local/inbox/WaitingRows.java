package dev.offsync.local.inbox;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reference;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows of the inbox that cannot be written yet, and what hangs together with them by foreign keys: what is to refer to
 * them waits, too, and what their old versions here refer to stays.
 */
public final class WaitingRows {
    /**
     * What refers, after the inbox was written, to a row that is not here. Rows that the inbox had brought are taken back;
     * of those that were here before, the old version is gone by then, so the writing is to be done again.
     *
     * @param takenBack how many rows were
     * @param parentless rows that were written over: they must wait
     * @param unmoved rows that wait, and lost what their old version refers to: that must stay
     */
    public record Orphans(long takenBack, List<Orphan> parentless, Set<String> unmoved) {
        Orphans() {
            this(0, new ArrayList<>(), new HashSet<>());
        }
    }

    /** @param name that of the row in the inbox */
    public record Orphan(String name, SyncedTable table, String recordId) {}

    /** SQL: what tells the row s of the inbox from all others, however often the chunk is applied. */
    private static final String NAME = "s.table_id || ' ' || s.key::text";

    private final Database database;
    private final List<SyncedTable> tables;
    private final ForeignKeys foreignKeys;

    /** @param tables all synced tables */
    public WaitingRows(Database database, List<SyncedTable> tables, ForeignKeys foreignKeys) {
        this.database = database;
        this.tables = tables;
        this.foreignKeys = foreignKeys;
    }

    /** Holds rows back that were to be written, by their names in the inbox, for want of what they are to refer to. */
    public long hold(Set<String> names) throws SQLException {
        return names.isEmpty()
                ? 0
                : database.update(
                        "UPDATE inbox AS s SET held = 'foreign_key' WHERE " + Inbox.DUE + " AND " + NAME
                                + " = ANY (?::text[])",
                        List.copyOf(names));
    }

    /**
     * Holds deletions of rows back to which rows refer here that wait, and changes of what these refer to.
     *
     * @param unmoved rows that count as waiting, too, by their names in the inbox
     */
    public void keepParents(Set<String> unmoved) throws SQLException {
        if (!anyWaits(unmoved)) {
            return;
        }
        long held = 1;
        while (held > 0) {
            // Who waits has changed since the planner was told last.
            database.execute("ANALYZE inbox (table_id, deleted, present, contested, held)");
            held = 0;
            for (Reference reference : foreignKeys.references()) {
                Optional<SyncedTable> child = synced(reference.child());
                Optional<SyncedTable> parent = synced(reference.parent());
                if (child.isPresent() && parent.isPresent()) {
                    held += keepParents(reference, child.get(), parent.get(), unmoved);
                }
            }
        }
    }

    private boolean anyWaits(Set<String> unmoved) throws SQLException {
        return !unmoved.isEmpty()
                || database.number("SELECT count(*) FROM (SELECT FROM inbox WHERE held IS NOT NULL LIMIT 1) AS waiting")
                        > 0;
    }

    private long keepParents(Reference reference, SyncedTable child, SyncedTable parent, Set<String> unmoved)
            throws SQLException {
        var parentKey = new KeySql(parent.key());
        return database.update(
                """
                WITH needed AS MATERIALIZED (
                    SELECT DISTINCT {needed}
                    FROM inbox AS s
                    JOIN {child} AS c ON {same_c_s}
                    JOIN {parent} AS p ON {joins}
                    WHERE s.table_id = {child_id} AND (s.held IS NOT NULL OR {name} = ANY (?::text[]))
                )
                UPDATE inbox AS s
                SET held = 'foreign_key'
                FROM needed AS p
                WHERE s.table_id = {parent_id} AND s.held IS NULL AND s.present AND {same_p_s} AND (s.deleted{moves})
                """.replace("{needed}", needed(reference, parent))
                        .replace("{child}", child.name().sql())
                        .replace("{parent}", parent.name().sql())
                        .replace("{same_c_s}", new KeySql(child.key()).rowSameAsArray("c", "s.key"))
                        .replace("{same_p_s}", parentKey.rowSameAsArray("p", "s.key"))
                        .replace("{joins}", reference.joins("p", "c"))
                        .replace("{name}", NAME)
                        .replace("{moves}", moves(reference, parent))
                        .replace("{child_id}", Integer.toString(child.id()))
                        .replace("{parent_id}", Integer.toString(parent.id())),
                List.copyOf(unmoved));
    }

    /** The columns of the parent's key, and those that are referenced. */
    private static String needed(Reference reference, SyncedTable parent) {
        return Stream.concat(parent.key().stream().map(KeyColumn::name), reference.parentColumns().stream())
                .distinct()
                .map(column -> "p." + TableName.quote(column))
                .collect(Collectors.joining(", "));
    }

    /** SQL: or whether a row that was written over lost what the parent p is referenced by, which its key cannot. */
    private static String moves(Reference reference, SyncedTable parent) {
        List<String> key = parent.key().stream().map(KeyColumn::name).toList();
        return IntStream.range(0, reference.parentColumns().size())
                .filter(i -> !key.contains(reference.parentColumns().get(i)))
                .mapToObj(i -> " OR ((s.row::" + parent.name().sql() + ")."
                        + TableName.quote(reference.parentColumns().get(i)) + " IS DISTINCT FROM p."
                        + TableName.quote(reference.parentColumns().get(i)) + ")")
                .collect(Collectors.joining());
    }

    /**
     * Holds deletions of rows back to which rows refer here that neither go nor move with this chunk: what makes them go
     * comes with another.
     */
    void holdReferenced() throws SQLException {
        long held = 1;
        while (held > 0) {
            held = 0;
            for (Reference reference : foreignKeys.references()) {
                Optional<SyncedTable> parent = synced(reference.parent());
                held += parent.isPresent() ? holdReferenced(parent.get(), reference) : 0;
            }
        }
    }

    private long holdReferenced(SyncedTable parent, Reference reference) throws SQLException {
        String comes = synced(reference.child()).map(WaitingRows::comes).orElse("");
        return database.update("""
                UPDATE inbox AS s
                SET held = 'foreign_key'
                FROM {parent} AS p
                JOIN {child} AS c ON {joins}
                WHERE s.table_id = {id} AND s.deleted AND s.present AND {due} AND {same_p_s}{comes}
                """.replace("{parent}", parent.name().sql())
                .replace("{child}", reference.child().sql())
                .replace("{joins}", reference.joins("p", "c"))
                .replace("{id}", Integer.toString(parent.id()))
                .replace("{due}", Inbox.DUE)
                .replace("{same_p_s}", new KeySql(parent.key()).rowSameAsArray("p", "s.key"))
                .replace("{comes}", comes));
    }

    private static String comes(SyncedTable child) {
        return " AND NOT EXISTS (SELECT FROM inbox AS o WHERE o.table_id = " + child.id()
                + " AND NOT o.contested AND o.held IS NULL AND "
                + new KeySql(child.key()).rowSameAsArray("c", "o.key") + ")";
    }

    /** Holds rows back that are to refer to one that is neither here nor about to come, and what they refer to until then. */
    void holdTogether(Set<String> unmoved) throws SQLException {
        long held = 1;
        while (held > 0) {
            held = 0;
            for (Reference reference : foreignKeys.references()) {
                Optional<SyncedTable> child = synced(reference.child());
                held += child.isPresent() ? holdParentless(child.get(), reference) : 0;
            }
        }
        keepParents(unmoved);
        holdReferenced();
    }

    private long holdParentless(SyncedTable child, Reference reference) throws SQLException {
        String comes = synced(reference.parent())
                .map(parent -> " AND NOT EXISTS (SELECT FROM " + arriving(parent) + " AS p WHERE "
                        + reference.joins("p", "c") + ")")
                .orElse("");
        return database.update("UPDATE inbox AS s SET held = 'foreign_key' FROM " + arriving(child)
                + " AS c WHERE s.ordinal = c.offsync_ordinal AND " + ForeignKeys.dangles(reference) + comes);
    }

    /** The rows that are to be written to a table, with their places in the inbox as {@code offsync_ordinal}. */
    private static String arriving(SyncedTable table) {
        return """
                (SELECT s.ordinal AS offsync_ordinal, (s.r).*
                 FROM (SELECT s.ordinal, s.row::%s AS r FROM inbox AS s
                       WHERE s.table_id = %d AND %s AND NOT s.deleted OFFSET 0) AS s)""".formatted(table.name().sql(), table.id(), Inbox.DUE);
    }

    /** Takes back rows that were not here before and refer to nothing; says which others do. */
    public Orphans takeBackOrphans(List<SyncedTable> written) throws SQLException {
        long takenBack = 0;
        while (true) {
            Orphans found = new Orphans();
            long more = 0;
            for (SyncedTable child : written) {
                for (Reference reference : foreignKeys.references()) {
                    if (reference.child().equals(child.name())) {
                        more += takeBackOrphans(child, reference, found);
                    }
                }
            }
            takenBack += more;
            if (more == 0) {
                return new Orphans(takenBack, found.parentless(), found.unmoved());
            }
        }
    }

    private long takeBackOrphans(SyncedTable child, Reference reference, Orphans found) throws SQLException {
        var key = new KeySql(child.key());
        List<Boolean> rows = database.list(
                """
                WITH orphan AS (
                    SELECT s.ordinal, {name} AS name, {record_id} AS record_id, s.held IS NOT NULL AS waits,
                           s.present OR s.held IS NOT NULL AS was_here
                    FROM inbox AS s
                    JOIN {child} AS c ON {same_c_s}
                    WHERE s.table_id = {id} AND NOT s.contested AND (s.held IS NOT NULL OR NOT s.deleted) AND {dangles}
                ), deleted AS (
                    DELETE FROM {child} AS c
                    USING inbox AS s, orphan AS o
                    WHERE s.table_id = {id} AND s.ordinal = o.ordinal AND NOT o.was_here AND {same_c_s}
                ), held AS (
                    UPDATE inbox AS s SET held = 'foreign_key' FROM orphan AS o WHERE s.ordinal = o.ordinal AND NOT o.was_here
                )
                SELECT o.name, o.waits, o.was_here, o.record_id FROM orphan AS o
                """.replace("{name}", NAME)
                        .replace("{record_id}", key.textOfRow("c"))
                        .replace("{child}", child.name().sql())
                        .replace("{same_c_s}", key.rowSameAsArray("c", "s.key"))
                        .replace("{id}", Integer.toString(child.id()))
                        .replace("{dangles}", ForeignKeys.dangles(reference)),
                row -> {
                    if (row.getBoolean(3) && row.getBoolean(2)) {
                        found.unmoved().add(row.getString(1));
                    } else if (row.getBoolean(3)) {
                        found.parentless().add(new Orphan(row.getString(1), child, row.getString(4)));
                    }
                    return row.getBoolean(3);
                });
        return rows.stream().filter(wasHere -> !wasHere).count();
    }

    private Optional<SyncedTable> synced(TableName name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
