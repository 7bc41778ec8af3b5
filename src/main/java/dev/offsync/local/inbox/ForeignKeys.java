package dev.offsync.local.inbox;

import dev.offsync.model.Reference;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps foreign keys whole while rows from the hub are written with the constraints' own triggers off, as they are for the
 * replica role. A lock on the parents first, a look in a new statement afterwards: an application that deletes a parent or
 * adds a child at the same time waits for the one and is seen by the other.
 */
public final class ForeignKeys {
    /** A row that was made on the device, and whose parent the hub has deleted. */
    public record Orphan(
            SyncedTable child, String recordId, SyncedTable parent, String parentRecordId, Reference reference) {}

    private final Database database;
    private final List<SyncedTable> tables;
    private @Nullable List<Reference> known;

    /** @param tables all synced tables */
    public ForeignKeys(Database database, List<SyncedTable> tables) {
        this.database = database;
        this.tables = tables;
    }

    /** All from or to a synced table. Read when first asked for: most pulls bring nothing. */
    List<Reference> references() throws SQLException {
        List<Reference> references = known;
        if (references == null) {
            references = new Catalog(database)
                    .foreignKeys(tables.stream().map(SyncedTable::name).toList());
            known = references;
        }
        return references;
    }

    /** Locks the rows that the inbox's rows of {@code child} reference, so that nobody deletes them meanwhile. */
    public void lockParents(SyncedTable child) throws SQLException {
        lockParents(child, """
                SELECT s.row::{child} AS r FROM inbox AS s WHERE s.table_id = {id} AND {due} AND NOT s.deleted OFFSET 0""".replace("{child}", child.name().sql())
                .replace("{id}", Integer.toString(child.id()))
                .replace("{due}", Inbox.DUE));
    }

    /** As {@link #lockParents(SyncedTable)}, of the rows that {@code child} has after a key; null: of all. */
    public void lockParentsBeyond(SyncedTable child, @Nullable List<String> after) throws SQLException {
        lockParents(
                child,
                "SELECT t AS r FROM " + child.name().sql() + " AS t"
                        + (after == null ? "" : " WHERE " + new KeySql(child.key()).rowComesAfter("t", after)));
    }

    /** @param rows a query of the child's rows, as r */
    private void lockParents(SyncedTable child, String rows) throws SQLException {
        for (Reference reference : references()) {
            if (reference.child().equals(child.name())) {
                database.execute("""
                        SELECT count(*)
                        FROM (
                            SELECT FROM {parent} AS p
                            JOIN (SELECT DISTINCT {columns} FROM ({rows}) AS s) AS c ON {joins}
                            FOR KEY SHARE OF p
                        ) AS locked
                        """.replace("{parent}", reference.parent().sql())
                        .replace(
                                "{columns}",
                                reference.childColumns().stream()
                                        .map(column -> "(s.r)." + TableName.quote(column))
                                        .collect(Collectors.joining(", ")))
                        .replace("{rows}", rows)
                        .replace("{joins}", reference.joins("p", "c")));
            }
        }
    }

    /**
     * Holds back deletions of {@code parent} rows that rows made on the device still reference, or rows of a table that is
     * not synced; returns the former.
     */
    public List<Orphan> holdDeletions(SyncedTable parent) throws SQLException {
        var orphans = new ArrayList<Orphan>();
        for (Reference reference : references()) {
            if (reference.parent().equals(parent.name())) {
                orphans.addAll(holdDeletions(parent, reference));
            }
        }
        return orphans;
    }

    private List<Orphan> holdDeletions(SyncedTable parent, Reference reference) throws SQLException {
        Optional<SyncedTable> child =
                tables.stream().filter(t -> t.name().equals(reference.child())).findFirst();
        var parentKey = new KeySql(parent.key());
        String pending = child.map(c -> "EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = " + c.id()
                        + " AND u.key = " + new KeySql(c.key()).textOfRow("c") + ")")
                .orElse("true");
        String childKey = child.map(c -> new KeySql(c.key()).textOfRow("c")).orElse("NULL");
        // Ordered by the child: the first of several parents' texts is as good as any.
        List<List<String>> found = database.list(
                """
                WITH orphan AS (
                    SELECT s.ordinal, s.leaves, {child_key} AS child_key, {parent_key} AS parent_key
                    FROM inbox AS s
                    JOIN {parent} AS p ON {same_p_s}
                    JOIN {child} AS c ON {joins}
                    WHERE s.table_id = {id} AND s.deleted AND s.present AND {pending}
                ), held AS (
                    UPDATE inbox AS s SET held = 'foreign_key' FROM orphan AS o WHERE s.ordinal = o.ordinal
                )
                SELECT DISTINCT ON (child_key) child_key, parent_key FROM orphan WHERE NOT leaves AND child_key IS NOT NULL
                """.replace("{child_key}", childKey)
                        .replace("{parent_key}", parentKey.textOfRow("p"))
                        .replace("{parent}", parent.name().sql())
                        .replace("{child}", reference.child().sql())
                        .replace("{same_p_s}", parentKey.rowSameAsArray("p", "s.key"))
                        .replace("{joins}", reference.joins("p", "c"))
                        .replace("{id}", Integer.toString(parent.id()))
                        .replace("{pending}", pending),
                row -> List.of(row.getString(1), row.getString(2)));
        return child.isEmpty()
                ? List.of()
                : found.stream()
                        .map(keys -> new Orphan(child.get(), keys.get(0), parent, keys.get(1), reference))
                        .toList();
    }

    /** Whether the row still is one. */
    public boolean isOrphan(Orphan orphan) throws SQLException {
        var childKey = new KeySql(orphan.child().key());
        var parentKey = new KeySql(orphan.parent().key());
        return database.first(
                        """
                        SELECT EXISTS (
                            SELECT FROM {child} AS c, {argument} AS k, {parent} AS p, {parent_argument} AS q
                            WHERE {same_c_k} AND {same_p_q} AND {joins})
                        """.replace("{child}", orphan.child().name().sql())
                                .replace("{argument}", childKey.ofArgument())
                                .replace("{parent}", orphan.parent().name().sql())
                                .replace("{parent_argument}", parentKey.ofArgument())
                                .replace("{same_c_k}", childKey.sameAsRow("c", "k"))
                                .replace("{same_p_q}", parentKey.sameAsRow("p", "q"))
                                .replace("{joins}", orphan.reference().joins("p", "c")),
                        row -> row.getBoolean(1),
                        orphan.recordId(),
                        orphan.parentRecordId())
                .orElse(false);
    }

    /**
     * Takes back rows without a parent, of those that the hub knows, from the whole of {@code child}, and asks for them
     * again; returns their number.
     */
    public long removeOrphans(SyncedTable child) throws SQLException {
        long removed = 0;
        var key = new KeySql(child.key());
        for (Reference reference : references()) {
            if (reference.child().equals(child.name())) {
                removed += database.update("""
                        WITH deleted AS (
                            DELETE FROM {child} AS c
                            WHERE {dangles}
                              AND NOT EXISTS (SELECT FROM offsync.unfinished AS u
                                              WHERE u.table_id = {id} AND u.key = {key})
                            RETURNING {selected}
                        ), forgotten AS (
                            DELETE FROM {sidecar} AS v USING deleted AS d WHERE {same_v_d}
                        )
                        INSERT INTO offsync.wanted (table_id, key, reason)
                        SELECT {id}, {array}, 'foreign_key' FROM deleted AS d
                        ON CONFLICT DO NOTHING
                        """.replace("{child}", child.name().sql())
                        .replace("{dangles}", dangles(reference))
                        .replace("{id}", Integer.toString(child.id()))
                        .replace("{key}", key.textOfRow("c"))
                        .replace("{selected}", key.selected("c."))
                        .replace("{sidecar}", child.sidecar())
                        .replace("{same_v_d}", key.same("v", "d"))
                        .replace("{array}", key.array("d")));
            }
        }
        return removed;
    }

    /** SQL: whether the child {@code c} references a row that is not there. */
    static String dangles(Reference reference) {
        return "NOT " + reference.isNull("c") + " AND NOT EXISTS (SELECT FROM "
                + reference.parent().sql() + " AS p WHERE " + reference.joins("p", "c") + ")";
    }
}
