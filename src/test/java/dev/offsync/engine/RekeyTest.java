package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.PushResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of two rows that were inserted with one key, the local one moves to a key of its own, with what belongs to it. */
@Tag("guarantee-11")
class RekeyTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START 1000), name text,
                parent_id integer REFERENCES item);
            CREATE TABLE entry (item_id integer REFERENCES item, no integer, note text, PRIMARY KEY (item_id, no));
            CREATE TABLE label (id integer PRIMARY KEY, item_id integer, no integer, text text,
                FOREIGN KEY (item_id, no) REFERENCES entry ON UPDATE RESTRICT);
            CREATE TABLE memo (id integer PRIMARY KEY, item_id integer REFERENCES item, text text);
            CREATE TABLE fixed (id integer PRIMARY KEY, name text);
            CREATE TABLE tagged (id text PRIMARY KEY DEFAULT 't' || (random() * 1000000000)::bigint, name text);
            """;

    private static final String ITEMS = "SELECT id, name FROM item ORDER BY id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "entry", "label", "memo", "fixed", "tagged");
        a = fleet.a();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (conflict_type, resolution_strategy)"
                + " VALUES ('insert_insert', 'rekey')");
        a.exec("CREATE TABLE note (item_id integer REFERENCES item ON UPDATE CASCADE)");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private static void item(Execution where, String name) throws SQLException {
        where.exec("INSERT INTO item (id, name) OVERRIDING SYSTEM VALUE VALUES (7, '" + name + "')");
    }

    @FunctionalInterface
    private interface Execution {
        void exec(String sql) throws SQLException;
    }

    private void run(String verb) {
        if (verb.equals("push")) {
            a.push();
        } else {
            a.pull();
        }
    }

    private void assertEverywhere(String query, String... rows) throws SQLException {
        assertThat(fleet.onHub(query)).containsExactly(rows);
        assertThat(a.rows(query)).containsExactly(rows);
        assertThat(fleet.b().rows(query)).containsExactly(rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "pull"})
    void the_local_row_moves_with_its_children_and_both_rows_are_everywhere(String verb) throws SQLException {
        item(fleet.hub()::exec, "theirs");
        fleet.hub().exec("INSERT INTO entry VALUES (7, 1, 'theirs'), (7, 9, 'theirs too')");
        item(a::exec, "mine");
        a.exec("INSERT INTO entry VALUES (7, 1, 'mine'), (7, 2, 'mine too')");
        a.exec("UPDATE entry SET note = 'mine later' WHERE no = 2");
        a.exec("INSERT INTO label VALUES (1, 7, 1, 'label')");
        a.exec("INSERT INTO item (id, name, parent_id) OVERRIDING SYSTEM VALUE VALUES (8, 'child', 7);"
                + " INSERT INTO note VALUES (7)");
        run(verb);
        fleet.settle();

        assertEverywhere(ITEMS, "7|theirs", "8|child", "1000000000|mine");
        assertEverywhere(
                "SELECT * FROM entry ORDER BY 1, 2",
                "7|1|theirs",
                "7|9|theirs too",
                "1000000000|1|mine",
                "1000000000|2|mine later");
        assertEverywhere("SELECT * FROM label", "1|1000000000|1|label");
        assertEverywhere("SELECT parent_id FROM item WHERE id = 8", "1000000000");
        assertThat(a.rows("SELECT item_id FROM note")).containsExactly("1000000000");
        assertThat(a.conflicts()).hasSize(1).allMatch(ConflictEntry::resolved);
        assertThat(a.conflicts().get(0).resolution()).isEqualTo("rekeyed");
        assertThat(a.conflicts().get(0).message())
                .isEqualTo(
                        "by the rule for table * and type insert_insert, rekey: two different rows were given one key;"
                                + " the local row moved to key 1000000000");
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsExactly("completed");
    }

    @Test
    void later_changes_of_a_moved_row_go_to_its_new_key_on_the_hub() throws SQLException {
        item(fleet.hub()::exec, "theirs");
        item(a::exec, "mine");
        a.sync();
        a.exec("UPDATE item SET name = name || '!' WHERE id IN (7, 1000000000)");
        fleet.settle();
        assertEverywhere(ITEMS, "7|theirs!", "1000000000|mine!");
    }

    @Test
    void a_child_that_was_on_the_hub_already_follows_with_what_changed_in_it() throws SQLException {
        a.exec("INSERT INTO memo VALUES (5, NULL, 'five')");
        fleet.settle();
        item(fleet.hub()::exec, "theirs");
        item(a::exec, "mine");
        a.exec("UPDATE memo SET item_id = 7, text = 'five of mine' WHERE id = 5");
        assertThat(a.push().problems()).isEmpty();
        assertThat(fleet.onHub("SELECT item_id, text FROM memo")).containsExactly("1000000000|five of mine");
    }

    @Test
    void children_that_came_from_the_hub_stay_with_the_hubs_row() throws SQLException {
        a.exec("UPDATE offsync.conflict_resolution_rules SET resolution_strategy = 'manual'");
        item(fleet.hub()::exec, "theirs");
        item(a::exec, "mine");
        a.exec("INSERT INTO entry VALUES (7, 1, 'mine')");
        a.sync();
        fleet.hub().exec("INSERT INTO entry VALUES (7, 9, 'theirs')");
        a.sync();
        a.exec("UPDATE entry SET note = 'edited' WHERE no = 9");
        a.exec("UPDATE offsync.conflict_resolution_rules SET resolution_strategy = 'rekey'");
        fleet.hub().exec("UPDATE item SET name = 'theirs still' WHERE id = 7");
        a.sync();
        fleet.settle();

        assertEverywhere(ITEMS, "7|theirs still", "1000000000|mine");
        assertEverywhere("SELECT * FROM entry ORDER BY 1", "7|9|edited", "1000000000|1|mine");
    }

    @Test
    void a_row_whose_key_has_no_default_stays_in_conflict_and_says_so() throws SQLException {
        fleet.hub().exec("INSERT INTO fixed VALUES (1, 'theirs')");
        a.exec("INSERT INTO fixed VALUES (1, 'mine')");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(a.conflicts().get(0).message())
                .isEqualTo("rekey: two different rows were given one key; the key of fixed has no default to take a new"
                        + " one from; manual: a person decides");
        assertThat(a.rows("SELECT name FROM fixed")).containsExactly("mine");
    }

    @Test
    void a_row_whose_key_has_no_default_goes_by_the_fallback() throws SQLException {
        a.exec("UPDATE offsync.conflict_resolution_rules SET fallback = 'remote_wins'");
        fleet.hub().exec("INSERT INTO fixed VALUES (1, 'theirs')");
        a.exec("INSERT INTO fixed VALUES (1, 'mine')");
        assertThat(a.push().conflicts().open()).isZero();
        assertThat(a.rows("SELECT name FROM fixed")).containsExactly("theirs");
    }

    @Test
    void a_key_may_come_from_any_default() throws SQLException {
        fleet.hub().exec("INSERT INTO tagged VALUES ('x', 'theirs')");
        a.exec("INSERT INTO tagged VALUES ('x', 'mine')");
        a.sync();
        assertThat(fleet.onHub("SELECT name, id LIKE 't%' FROM tagged ORDER BY 1"))
                .containsExactly("mine|t", "theirs|f");
    }

    @Test
    void two_rows_that_cannot_stand_beside_each_other_stay_in_conflict() throws SQLException {
        a.exec("CREATE UNIQUE INDEX ON item (name)");
        item(fleet.hub()::exec, "same");
        item(a::exec, "same");
        a.exec("UPDATE item SET parent_id = 7 WHERE id = 7");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(a.conflicts().get(0).message()).contains("the local row cannot be moved: duplicate key");
        assertThat(a.rows(ITEMS)).containsExactly("7|same");
    }
}
