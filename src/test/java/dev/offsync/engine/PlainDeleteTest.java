package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PushResult;
import dev.offsync.model.Use;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deletion is written before its version is compared, too, and ends as it would the usual way. */
@Tag("guarantee-4")
class PlainDeleteTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id numeric, no integer, name text UNIQUE, PRIMARY KEY (no, id));
            CREATE TABLE bill (id integer PRIMARY KEY, name text);
            CREATE TABLE line (id integer PRIMARY KEY, bill_id integer REFERENCES bill %s, name text);
            CREATE TABLE untold (id integer PRIMARY KEY, bill_id integer);
            """;

    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        open("");
    }

    private void open(String action) throws SQLException {
        fleet = Fleet.of(SCHEMA.formatted(action), "item", "bill", "line");
        a = fleet.a();
        b = fleet.b();
        a.exec("INSERT INTO item SELECT n, 1, 'name ' || n FROM generate_series(1, 5) AS n");
        a.exec("INSERT INTO bill SELECT n, 'bill' FROM generate_series(1, 5) AS n");
        a.exec("INSERT INTO line SELECT n, n, 'line' FROM generate_series(1, 5) AS n");
        a.sync();
        b.sync();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
    }

    private void reopen(String action) throws SQLException {
        fleet.close();
        open(action);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void requireInStep() throws SQLException {
        fleet.settle();
        for (String table : new String[] {"item", "bill", "line"}) {
            String rows = "SELECT t::text FROM " + table + " AS t ORDER BY 1";
            assertThat(fleet.onHub(rows)).isEqualTo(a.rows(rows)).isEqualTo(b.rows(rows));
        }
        assertThat(a.verify().differences()).isEmpty();
    }

    @Test
    void deletions_leave_tombstones_of_the_next_version_and_their_values_to_others() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("DELETE FROM item WHERE id = 1");
        a.exec("DELETE FROM item WHERE id = 2");
        a.exec("INSERT INTO item VALUES (6, 1, 'name 1')");
        a.exec("UPDATE item SET name = 'name 2' WHERE id = 3");
        a.exec("UPDATE item SET name = 'changed' WHERE id = 4; DELETE FROM item WHERE id = 4");
        assertThat(a.pushMassDelete().pushed()).isEqualTo(6);

        assertThat(fleet.onHub("SELECT k2, version, deleted, origin FROM offsync.row_1 ORDER BY k2"))
                .containsExactly("1|2|t|1", "2|2|t|1", "3|2|f|1", "4|3|t|1", "5|1|f|1", "6|1|f|1");
        assertThat(fleet.onHub("SELECT changed_at FROM offsync.row_1 WHERE k2 = 1"))
                .isEqualTo(a.rows("SELECT changed_at FROM offsync.journal WHERE operation = 'D' ORDER BY id LIMIT 1"));
        fleet.openTheUsualWay();
        requireInStep();
    }

    @Test
    @Tag("guarantee-10")
    void a_deletion_of_a_newer_version_is_one_conflict_and_one_of_what_is_gone_is_none() throws SQLException {
        fleet.hub().exec("UPDATE item SET name = 'theirs' WHERE id = 2; DELETE FROM item WHERE id = 3");
        a.exec("DELETE FROM item WHERE id IN (1, 2, 3)");
        PushResult pushed = a.pushMassDelete();

        assertThat(pushed.conflicts().detected()).isEqualTo(1);
        assertThat(pushed.remaining()).isZero();
        assertThat(fleet.onHub("SELECT id, name FROM item ORDER BY id"))
                .containsExactly("2|theirs", "4|name 4", "5|name 5");
        a.resolve(Use.LOCAL);
        requireInStep();
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("2");
    }

    @Test
    void a_key_that_comes_again_in_the_next_batch_is_above_its_tombstone() throws SQLException {
        fleet.barTheUsualWay();
        a.configure("batch_size", "2");
        a.exec("DELETE FROM item WHERE id IN (1, 2)");
        fleet.openTheUsualWay();
        a.exec("INSERT INTO item VALUES (1, 1, 'again')");
        a.exec("UPDATE item SET name = 'and again' WHERE id = 1");
        a.exec("DELETE FROM item WHERE id = 1");
        a.exec("INSERT INTO item VALUES (1.0, 1, 'for good')");
        assertThat(a.pushMassDelete().remaining()).isZero();
        requireInStep();
        assertThat(b.rows("SELECT id, name FROM item WHERE id = 1")).containsExactly("1.0|for good");
    }

    @Test
    void children_go_before_their_parents() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("BEGIN; DELETE FROM line WHERE id IN (1, 2); DELETE FROM bill WHERE id IN (1, 2); COMMIT");
        a.exec("BEGIN; UPDATE line SET bill_id = 4 WHERE id = 3; DELETE FROM bill WHERE id = 3; COMMIT");
        assertThat(a.pushMassDelete().pushed()).isEqualTo(6);
        fleet.openTheUsualWay();
        requireInStep();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ON DELETE CASCADE",
                "ON DELETE SET NULL",
                "ON DELETE RESTRICT",
                "DEFERRABLE INITIALLY DEFERRED"
            })
    @Tag("guarantee-10")
    void a_row_that_the_device_never_saw_is_not_taken_along(String action) throws SQLException {
        reopen(action);
        fleet.hub().exec("INSERT INTO line VALUES (10, 1, 'theirs'), (11, 1, 'theirs')");
        a.exec("DELETE FROM line WHERE id IN (1, 2, 3)");
        a.exec("DELETE FROM bill WHERE id IN (1, 2, 3)");
        PushResult pushed = a.pushMassDelete();

        assertThat(pushed.conflicts().open()).isPositive();
        assertThat(fleet.onHub("SELECT id FROM bill ORDER BY id")).containsExactly("1", "4", "5");
        assertThat(fleet.onHub("SELECT id, bill_id FROM line WHERE id > 3 ORDER BY id"))
                .containsExactly("4|4", "5|5", "10|1", "11|1");
    }

    @Test
    void what_cascades_on_both_sides_goes_with_its_parent() throws SQLException {
        reopen("ON DELETE CASCADE");
        fleet.barTheUsualWay();
        a.exec("DELETE FROM bill WHERE id IN (1, 2)");
        a.exec("UPDATE line SET bill_id = 4 WHERE id = 3");
        a.exec("DELETE FROM bill WHERE id = 3");
        assertThat(a.pushMassDelete().pushed()).isEqualTo(6);
        assertThat(fleet.onHub("SELECT k1, version, deleted, origin FROM offsync.row_3 ORDER BY k1"))
                .containsExactly("1|2|t|1", "2|2|t|1", "3|2|f|1", "4|1|f|1", "5|1|f|1");
        fleet.openTheUsualWay();
        requireInStep();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CASCADE", "SET NULL", "SET DEFAULT"})
    @Tag("guarantee-10")
    void rows_that_offsync_does_not_know_are_not_taken_along_either(String action) throws SQLException {
        fleet.hub()
                .exec("ALTER TABLE untold ADD FOREIGN KEY (bill_id) REFERENCES bill ON DELETE " + action
                        + "; INSERT INTO untold VALUES (1, 1)");
        a.exec("DELETE FROM line WHERE id IN (1, 2)");
        a.exec("DELETE FROM bill WHERE id IN (1, 2)");
        PushResult pushed = a.pushMassDelete();

        assertThat(pushed.conflicts().open()).isPositive();
        assertThat(fleet.onHub("SELECT id FROM bill ORDER BY id")).containsExactly("1", "3", "4", "5");
        assertThat(fleet.onHub("SELECT * FROM untold")).containsExactly("1|1");
    }

    @Test
    @Tag("guarantee-8")
    void what_the_hubs_triggers_make_of_updates_and_deletions_comes_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP = 'DELETE' THEN
                        UPDATE bill SET name = 'fewer lines' WHERE id = OLD.bill_id;
                        RETURN OLD;
                    END IF;
                    NEW.name := upper(NEW.name);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER shout BEFORE UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION shout();
                """);
        a.exec("UPDATE line SET name = 'loud' WHERE id = 1");
        a.exec("DELETE FROM line WHERE id = 2");
        a.sync();
        assertThat(a.rows("SELECT name FROM line WHERE id = 1")).containsExactly("LOUD");
        assertThat(a.rows("SELECT name FROM bill WHERE id = 2")).containsExactly("fewer lines");
        requireInStep();
    }

    @Test
    @Tag("guarantee-22")
    void an_upload_does_not_pass_for_what_it_does_not_delete() throws SQLException {
        a.exec("DELETE FROM item WHERE id = 1");
        fleet.hub().exec("""
                CREATE FUNCTION elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE offsync.upload_1 SET keys = ARRAY['["1", "2"]'];
                    RETURN NULL;
                END $$;
                CREATE TRIGGER elsewhere AFTER DELETE ON item FOR EACH STATEMENT EXECUTE FUNCTION elsewhere();
                ALTER TABLE item ENABLE ALWAYS TRIGGER elsewhere;
                GRANT UPDATE ON offsync.upload_1 TO PUBLIC;
                """);
        a.push();
        assertThat(fleet.onHub("SELECT version, deleted FROM offsync.row_1 WHERE k2 = 2"))
                .containsExactly("1|f");
    }
}
