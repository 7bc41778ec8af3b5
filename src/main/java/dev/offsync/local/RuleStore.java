package dev.offsync.local;

import dev.offsync.model.Rule;
import dev.offsync.model.RuleDraft;
import dev.offsync.model.Strategy;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlArray;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** The rules in conflict_resolution_rules. */
public final class RuleStore {
    private final Database database;

    public RuleStore(Database database) {
        this.database = database;
    }

    /** Strongest first: by priority; at equal priority a named table before "*", then a named type before "*". */
    public List<Rule> all() throws SQLException {
        return database.list(
                """
                SELECT table_name, conflict_type, resolution_strategy, custom_function, delta_columns, fallback, priority
                FROM offsync.conflict_resolution_rules
                ORDER BY priority DESC, table_name = '*', conflict_type = '*', table_name, conflict_type
                """,
                row -> new Rule(
                        row.getString(1),
                        row.getString(2),
                        Strategy.of(row.getString(3)),
                        row.getString(4),
                        SqlArray.texts(row.getArray(5)),
                        Strategy.of(row.getString(6)),
                        row.getInt(7)));
    }

    /**
     * Writes a rule, whose delta columns are SQL identifiers, in the place of the one for the same table and type, and returns its number.
     *
     * @throws dev.offsync.error.OffsyncException reason USAGE, where the rule means nothing, with what is allowed
     */
    public int put(RuleDraft rule) throws SQLException {
        try {
            return (int) database.number(
                    """
                    INSERT INTO offsync.conflict_resolution_rules AS r (table_name, conflict_type, resolution_strategy,
                        custom_function, delta_columns, fallback, priority)
                    VALUES (?, ?, ?, ?,
                            ARRAY(SELECT (parse_ident(d.name))[1] FROM unnest(?::text[]) WITH ORDINALITY AS d(name, position)
                                  ORDER BY d.position),
                            ?, ?)
                    ON CONFLICT (table_name, conflict_type) DO UPDATE
                    SET resolution_strategy = excluded.resolution_strategy, custom_function = excluded.custom_function,
                        delta_columns = excluded.delta_columns, fallback = excluded.fallback, priority = excluded.priority
                    RETURNING id
                    """,
                    rule.table(),
                    rule.type(),
                    rule.strategy(),
                    rule.function(),
                    rule.delta(),
                    rule.fallback(),
                    rule.priority());
        } catch (SQLException e) {
            throw SqlErrors.refusal(e).orElseThrow(() -> e);
        }
    }

    public void remove(String table, String type) throws SQLException {
        database.update(
                "DELETE FROM offsync.conflict_resolution_rules WHERE table_name = ? AND conflict_type = ?",
                table,
                type);
    }

    /** Takes every rule away whose number is not in {@code ids}. */
    public void keepOnly(Collection<Integer> ids) throws SQLException {
        database.update("DELETE FROM offsync.conflict_resolution_rules WHERE id <> ALL (?::integer[])", ids);
    }
}
