package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.SyncResult;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What changes on the hub arrives: all of it, once, in one piece, and never what the device sent itself. */
@Tag("guarantee-7")
class PullTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric);
            CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item);
            CREATE TABLE person (id integer PRIMARY KEY, boss integer REFERENCES person);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(SCHEMA, "", "item", "part", "person");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_transaction_that_commits_late_is_not_missed() throws SQLException {
        try (var late = fleet.hub().open();
                var later = fleet.hub().open()) {
            late.exec("BEGIN; INSERT INTO item VALUES (1, 'late')");
            later.exec("BEGIN; SAVEPOINT s; INSERT INTO item VALUES (3, 'from a savepoint'); RELEASE s");
            fleet.hub().exec("INSERT INTO item VALUES (2, 'quick')");
            assertThat(a.pull().inserted()).isEqualTo(1);
            fleet.hub().exec("UPDATE item SET price = 2 WHERE id = 2");
            late.exec("COMMIT");
            assertThat(a.pull().pulled()).isEqualTo(2);
            later.exec("COMMIT");
            assertThat(a.pull().pulled()).isEqualTo(1);
        }
        assertThat(a.rows("SELECT id FROM item ORDER BY 1")).containsExactly("1", "2", "3");
    }

    @Test
    void a_transaction_that_is_prepared_and_committed_later_is_not_missed() throws SQLException {
        assumeThat(fleet.onHub("SHOW max_prepared_transactions")).isNotEqualTo(List.of("0"));
        try (var session = fleet.hub().open()) {
            session.exec("BEGIN; SAVEPOINT s; INSERT INTO item VALUES (1, 'from a savepoint'); RELEASE s;"
                    + " PREPARE TRANSACTION 'later'");
        }
        fleet.hub().exec("INSERT INTO item VALUES (2, 'quick')");
        assertThat(a.pull().inserted()).isEqualTo(1);
        fleet.hub().exec("COMMIT PREPARED 'later'");
        assertThat(a.pull().inserted()).isEqualTo(1);
        assertThat(a.rows("SELECT id FROM item ORDER BY 1")).containsExactly("1", "2");
    }

    @Test
    void a_sync_tells_the_state_that_it_leaves_and_not_that_of_its_first_push() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one')");
        a.pull();
        a.exec("INSERT INTO offsync.wanted SELECT id, '{1}', 'too_large' FROM offsync.synced_table"
                + " WHERE table_name = 'item'");
        assertThat(a.push().exitCode()).isEqualTo(4);
        SyncResult synced = a.sync();
        assertThat(synced.exitCode()).isZero();
        assertThat(synced.push().problems()).isEmpty();
    }

    @Test
    void nothing_comes_twice() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one')");
        assertThat(a.pull().pulled()).isEqualTo(1);

        PullResult again = a.pull();
        assertThat(again.pulled()).isZero();
        assertThat(again.skipped()).isZero();
    }

    @Test
    void a_device_does_not_hear_of_its_own_changes() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 2");
        a.push();
        a.exec("UPDATE item SET name = 'eins' WHERE id = 1");
        a.push();

        PullResult pulled = a.pull();
        assertThat(pulled.pulled()).isZero();
        assertThat(pulled.skipped()).isZero();
        assertThat(fleet.b().pull().inserted()).isEqualTo(1);
    }

    @Test
    void what_was_pulled_is_not_queued_and_fires_no_trigger() throws SQLException {
        a.exec(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;"
                        + " CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION refuse()");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        a.pull();
        fleet.hub().exec("UPDATE item SET name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 2");
        a.pull();

        assertThat(a.rows("SELECT * FROM item")).containsExactly("1|uno|∅");
        assertThat(a.queue()).isEmpty();
        assertThat(a.push().pushed()).isZero();
    }

    @Test
    void deletions_and_rows_made_again_arrive() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        fleet.settle();
        fleet.hub().exec("DELETE FROM item WHERE id < 3");
        fleet.hub().exec("INSERT INTO item VALUES (2, 'anew')");
        PullResult pulled = a.pull();

        assertThat(List.of(pulled.inserted(), pulled.updated(), pulled.deleted()))
                .containsExactly(0L, 1L, 1L);
        assertThat(a.rows("SELECT id, name FROM item ORDER BY id")).containsExactly("2|anew", "3|three");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'back')");
        fleet.settle();
        assertThat(a.rows("SELECT id, name FROM item ORDER BY id")).containsExactly("1|back", "2|anew", "3|three");
        fleet.b().exec("UPDATE item SET name = 'from b' WHERE id = 1");
        fleet.settle();
        assertThat(a.rows("SELECT name FROM item WHERE id = 1")).containsExactly("from b");
        assertThat(fleet.b().conflicts()).isEmpty();
    }

    @Test
    void a_truncate_on_the_hub_arrives_as_deletions() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'); INSERT INTO part VALUES (1, 1)");
        fleet.settle();
        fleet.hub().exec("TRUNCATE item CASCADE; INSERT INTO item VALUES (2, 'anew')");
        a.pull();

        assertThat(a.rows("SELECT id, name FROM item")).containsExactly("2|anew");
        assertThat(a.rows("SELECT * FROM part")).isEmpty();
    }

    @Test
    void a_key_change_on_the_hub_arrives() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        fleet.settle();
        fleet.hub().exec("UPDATE item SET id = id - 1");
        a.pull();

        assertThat(a.rows("SELECT id, name FROM item ORDER BY id")).containsExactly("0|one", "1|two");
    }

    @Test
    void a_reader_never_sees_half_of_a_hub_transaction() throws SQLException {
        try (var reader = a.open()) {
            reader.exec("BEGIN ISOLATION LEVEL READ COMMITTED");
            for (int i = 1; i <= 3; i++) {
                fleet.hub()
                        .exec("INSERT INTO item VALUES (" + i + ", 'x'); INSERT INTO part VALUES (" + i + ", " + i
                                + ")");
            }
            a.pull();
            assertThat(reader.rows("SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM part)"))
                    .containsExactly("3|3");
            assertThat(a.scalar(
                            "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM item UNION ALL SELECT xmin FROM"
                                    + " part) AS t"))
                    .isEqualTo("1");
        }
    }

    @Test
    void parents_and_children_arrive_in_an_order_that_the_local_constraints_hold() throws SQLException {
        fleet.hub()
                .exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'); INSERT INTO part VALUES (1, 1), (2, 2);"
                        + " INSERT INTO person VALUES (9, NULL), (1, 9), (5, 1)");
        fleet.settle();
        fleet.hub()
                .exec(
                        "DELETE FROM part WHERE id = 1; DELETE FROM item WHERE id = 1; UPDATE person SET boss = 5 WHERE id = 9;"
                                + " UPDATE person SET boss = NULL WHERE id = 1");
        assertThat(a.pull().problems()).isEmpty();

        assertThat(a.rows("SELECT * FROM part")).containsExactly("2|2");
        assertThat(a.rows("SELECT * FROM person ORDER BY id")).containsExactly("1|∅", "5|1", "9|5");
    }

    @Test
    void what_a_before_trigger_on_the_hub_makes_of_a_row_comes_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION round() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN NEW.price := round(NEW.price, 1); RETURN NEW; END $$;
                CREATE TRIGGER round BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION round();
                """);
        a.exec("INSERT INTO item VALUES (1, 'one', 1.26), (2, 'two', 2.0)");
        a.push();
        assertThat(a.pull().pulled()).isEqualTo(1);
        assertThat(a.rows("SELECT price FROM item ORDER BY id")).containsExactly("1.3", "2.0");
        a.exec("UPDATE item SET price = 5.55 WHERE id = 1");
        PushResult pushed = a.push();
        assertThat(pushed.conflicts().detected()).isZero();
        a.pull();

        assertThat(a.rows("SELECT price FROM item ORDER BY id")).containsExactly("5.6", "2.0");
        fleet.settle();
        assertThat(fleet.b().rows("SELECT price FROM item ORDER BY id")).containsExactly("5.6", "2.0");
        assertThat(a.conflicts()).isEmpty();
    }

    @Test
    void what_an_after_trigger_on_the_hub_writes_elsewhere_comes_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION add_part() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO part VALUES (NEW.id * 10, NEW.id);
                    UPDATE item SET name = name || '!' WHERE id = NEW.id;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER add_part AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION add_part();
                """);
        a.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        a.sync();

        assertThat(a.rows("SELECT * FROM part ORDER BY id")).containsExactly("10|1", "20|2");
        assertThat(a.rows("SELECT name FROM item ORDER BY id")).containsExactly("one!", "two!");
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        assertThat(a.push().conflicts().detected()).isZero();
        fleet.b().sync();
        assertThat(fleet.b().rows("SELECT name FROM item ORDER BY id")).containsExactly("uno", "two!");
    }

    @Test
    @Tag("guarantee-8")
    void an_idle_cycle_moves_nothing() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one')");
        fleet.settle();
        fleet.settle();
        String before = fleet.onHub("SELECT xmin FROM offsync.row_1").toString();

        var idle = a.sync();
        assertThat(idle.push().pushed() + idle.pull().pulled() + idle.pull().skipped())
                .isZero();
        assertThat(fleet.onHub("SELECT xmin FROM offsync.row_1").toString()).isEqualTo(before);
    }

    @Test
    void a_new_device_takes_what_is_there_and_a_full_pull_changes_nothing() throws SQLException {
        fleet.hub().exec("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 1000) AS i");
        fleet.hub().exec("UPDATE item SET name = 'y' WHERE id > 990");
        assertThat(a.pull().inserted()).isEqualTo(1000);
        PullResult full = a.pullFully();

        assertThat(full.pulled()).isZero();
        a.exec("UPDATE item SET name = 'z' WHERE id IN (1, 1000)");
        assertThat(a.push().conflicts().detected()).isZero();
    }

    @Test
    void a_full_pull_mends_what_differs_and_brings_what_is_missing() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        a.pull();
        try (var session = a.open()) {
            session.exec("ALTER TABLE item DISABLE TRIGGER USER");
            session.exec("UPDATE item SET name = 'broken' WHERE id = 1; DELETE FROM item WHERE id = 2");
            session.exec("ALTER TABLE item ENABLE ALWAYS TRIGGER offsync_insert");
        }
        new dev.offsync.sync.Pull(a.settings(), dev.offsync.model.Progress.NONE)
                .run(new dev.offsync.sync.pull.PullOptions(List.of(), true, null, false, false));

        assertThat(a.rows("SELECT id, name FROM item ORDER BY id")).containsExactly("1|one", "2|two", "3|three");
    }
}
