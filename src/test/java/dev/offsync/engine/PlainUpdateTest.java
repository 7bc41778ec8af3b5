package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PushResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch that updates rows, and deletes none, is written before its versions are compared, and ends as any other would. */
@Tag("guarantee-4")
class PlainUpdateTest {
    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE item (id numeric, no integer, name text UNIQUE, PRIMARY KEY (no, id))", "item");
        a = fleet.a();
        b = fleet.b();
        a.exec("INSERT INTO item SELECT n, 1, 'name ' || n FROM generate_series(1, 5) AS n");
        a.sync();
        b.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void updates_and_inserts_are_written_as_they_come_and_raise_versions_by_their_operations() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("UPDATE item SET name = 'once' WHERE id = 1");
        a.exec("UPDATE item SET name = 'twice' WHERE id = 2");
        a.exec("UPDATE item SET name = name || '!' WHERE id = 2");
        a.exec("UPDATE item SET id = 3.00 WHERE id = 3");
        a.exec("INSERT INTO item VALUES (6, 1, 'new')");
        a.exec("UPDATE item SET name = 'newer' WHERE id = 6");
        PushResult pushed = a.push();

        assertThat(pushed.pushed()).isEqualTo(6);
        assertThat(pushed.remaining()).isZero();
        String rows = "SELECT i::text FROM item AS i ORDER BY id";
        assertThat(fleet.onHub(rows)).isEqualTo(a.rows(rows)).contains("(3.00,1,\"name 3\")");
        assertThat(fleet.onHub("SELECT k2::text, version, origin FROM offsync.row_1 ORDER BY k2"))
                .containsExactly("1|2|1", "2|3|1", "3.00|2|1", "4|1|1", "5|1|1", "6|2|1");
        assertThat(fleet.onHub("SELECT changed_at FROM offsync.row_1 WHERE k2 = 1"))
                .isEqualTo(a.rows("SELECT changed_at FROM offsync.journal WHERE operation = 'U' ORDER BY id LIMIT 1"));
        b.sync();
        assertThat(b.rows(rows)).isEqualTo(a.rows(rows));
        b.exec("UPDATE item SET name = 'back' WHERE id IN (6)");
        assertThat(b.push().pushed()).isEqualTo(1);
    }

    @Test
    void a_row_that_the_hub_changed_meanwhile_is_one_conflict_and_the_rest_arrives() throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                + " VALUES ('*', '*', 'manual')");
        fleet.hub().exec("UPDATE item SET name = 'theirs' WHERE id = 2; DELETE FROM item WHERE id = 4");
        a.exec("UPDATE item SET name = 'mine ' || id");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().detected()).isEqualTo(2);
        assertThat(fleet.onHub("SELECT id, name FROM item ORDER BY id"))
                .containsExactly("1|mine 1", "2|theirs", "3|mine 3", "5|mine 5");
        assertThat(fleet.onHub("SELECT k2, version FROM offsync.row_1 ORDER BY k2"))
                .containsExactly("1|2", "2|2", "3|2", "4|2", "5|2");
    }

    @Test
    void a_value_that_an_updated_row_leaves_goes_to_an_inserted_one() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("UPDATE item SET name = 'left' WHERE id = 5");
        a.exec("INSERT INTO item VALUES (7, 1, 'name 5')");
        assertThat(a.push().pushed()).isEqualTo(2);
        assertThat(fleet.onHub("SELECT name FROM item WHERE id IN (5, 7) ORDER BY id"))
                .containsExactly("left", "name 5");
    }

    @Test
    void values_that_are_swapped_go_the_usual_way() throws SQLException {
        a.exec("UPDATE item SET name = 'aside' WHERE id = 1;"
                + " UPDATE item SET name = 'name 1' WHERE id = 2; UPDATE item SET name = 'name 2' WHERE id = 1");
        assertThat(a.push().pushed()).isEqualTo(3);
        assertThat(fleet.onHub("SELECT name FROM item WHERE id < 3 ORDER BY id"))
                .containsExactly("name 2", "name 1");
    }

    @Test
    void what_a_statement_trigger_of_the_hub_adds_comes_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF pg_trigger_depth() = 1 THEN
                        UPDATE item SET name = 'stamped' WHERE id = 1;
                    END IF;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER stamp AFTER UPDATE ON item FOR EACH STATEMENT EXECUTE FUNCTION stamp();
                """);
        a.exec("UPDATE item SET name = 'mine' WHERE id IN (1)");
        a.sync();
        assertThat(a.rows("SELECT name FROM item WHERE id = 1")).containsExactly("stamped");
        assertThat(fleet.onHub("SELECT version FROM offsync.row_1 WHERE k2 = 1"))
                .containsExactly("3");
    }

    @Test
    void an_upload_does_not_pass_for_what_it_does_not_update() throws SQLException {
        a.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        fleet.hub().exec("""
                CREATE FUNCTION elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE offsync.upload_1 SET keys = ARRAY['[\"1\", \"2\"]'];
                    RETURN NULL;
                END $$;
                CREATE TRIGGER elsewhere AFTER UPDATE ON item FOR EACH STATEMENT EXECUTE FUNCTION elsewhere();
                ALTER TABLE item ENABLE ALWAYS TRIGGER elsewhere;
                GRANT UPDATE ON offsync.upload_1 TO PUBLIC;
                """);
        a.push();
        assertThat(fleet.onHub("SELECT version FROM offsync.row_1 WHERE k2 = 2"))
                .containsExactly("1");
    }
}
