package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PushResult;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No order of single writes would do, and the batch arrives all the same. */
@Tag("guarantee-4")
class OrderTest {
    private static final String SCHEMA = """
            CREATE TABLE seat (id integer PRIMARY KEY, label text NOT NULL UNIQUE, note text);
            CREATE TABLE ticket (id integer PRIMARY KEY, seat_id integer REFERENCES seat ON DELETE CASCADE);
            CREATE TABLE hen (id integer PRIMARY KEY, egg_id integer);
            CREATE TABLE egg (id integer PRIMARY KEY, hen_id integer REFERENCES hen);
            ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg;
            CREATE TABLE person (id integer PRIMARY KEY, boss integer REFERENCES person, code text UNIQUE);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "seat", "ticket", "hen", "egg", "person");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void assertArrives(PushResult pushed, String table) throws SQLException {
        assertThat(pushed.problems()).isEmpty();
        assertThat(pushed.remaining()).isZero();
        assertThat(a.conflicts()).isEmpty();
        String content = "SELECT * FROM " + table + " ORDER BY id";
        assertThat(fleet.onHub(content)).isEqualTo(a.rows(content));
        a.exec("UPDATE " + table + " SET id = id");
        assertThat(a.sync().push().conflicts().detected()).isZero();
    }

    @Test
    void unique_values_that_go_round_in_a_circle_arrive_with_one_update_each() throws SQLException {
        a.exec(
                "INSERT INTO seat VALUES (1, 'a', 'x'), (2, 'b', NULL), (3, 'c', NULL), (4, 'd', NULL); INSERT INTO ticket VALUES (1, 1), (2, 2)");
        fleet.settle();
        fleet.listen("seat");
        a.exec("UPDATE seat SET label = 'tmp' WHERE id = 1; UPDATE seat SET label = 'a', note = 'n' WHERE id = 2;"
                + " UPDATE seat SET label = 'b' WHERE id = 3; UPDATE seat SET label = 'c' WHERE id = 1");
        assertArrives(a.push(), "seat");

        assertThat(fleet.onHub("SELECT * FROM heard ORDER BY 1"))
                .containsExactly("UPDATE (1,c,x)", "UPDATE (2,a,n)", "UPDATE (3,b,)");
        assertThat(fleet.onHub("SELECT id FROM ticket ORDER BY 1")).containsExactly("1", "2");
    }

    @Test
    void unique_values_move_up_a_chain_and_to_new_rows() throws SQLException {
        a.exec("INSERT INTO seat SELECT i, 'l' || i FROM generate_series(1, 50) AS i");
        fleet.settle();
        a.exec("UPDATE seat SET label = 't' || id; UPDATE seat SET label = 'l' || (id + 1);"
                + " INSERT INTO seat VALUES (0, 'l1')");
        assertArrives(a.push(), "seat");
    }

    @Test
    void keys_move_up_one_after_the_other_and_take_their_unique_values_along() throws SQLException {
        a.exec("INSERT INTO seat VALUES (1, 'a'), (2, 'b'); INSERT INTO person VALUES (1, NULL, 'a'), (2, 1, 'b')");
        fleet.settle();
        fleet.listen("seat");
        a.exec("UPDATE seat SET id = 4 WHERE id = 2");
        a.exec("UPDATE seat SET id = 2 WHERE id = 1");
        a.exec("UPDATE person SET id = 4 WHERE id = 2");
        a.exec("BEGIN; UPDATE person SET boss = NULL; UPDATE person SET id = 2 WHERE id = 1; COMMIT");
        PushResult pushed = a.push();

        assertArrives(pushed, "seat");
        assertArrives(pushed, "person");
        assertThat(fleet.onHub("SELECT event FROM heard ORDER BY 1"))
                .containsExactly("DELETE (1,a,)", "INSERT (4,b,)", "UPDATE (2,a,)");
    }

    @Test
    void a_deleted_row_leaves_its_unique_value_to_a_new_one() throws SQLException {
        a.exec("INSERT INTO seat VALUES (1, 'a'); INSERT INTO ticket VALUES (1, 1)");
        fleet.settle();
        a.exec("INSERT INTO seat VALUES (2, 'b'); UPDATE ticket SET seat_id = 2; DELETE FROM seat WHERE id = 1;"
                + " INSERT INTO seat VALUES (3, 'a')");
        assertArrives(a.push(), "seat");
        assertThat(fleet.onHub("SELECT seat_id FROM ticket")).containsExactly("2");
    }

    @Test
    void foreign_keys_that_go_round_in_a_circle_and_cannot_be_deferred_hold() throws SQLException {
        a.exec("INSERT INTO hen VALUES (1, NULL), (2, NULL); INSERT INTO egg VALUES (10, 1), (20, 2);"
                + " UPDATE hen SET egg_id = id * 10");
        assertArrives(a.push(), "hen");
        assertThat(fleet.onHub("SELECT * FROM egg ORDER BY 1")).containsExactly("10|1", "20|2");

        a.exec("UPDATE hen SET egg_id = NULL; DELETE FROM egg; DELETE FROM hen");
        assertThat(a.push().problems()).isEmpty();
        assertThat(fleet.onHub("SELECT * FROM hen")).isEmpty();
    }

    @Test
    void a_row_comes_to_reference_one_of_its_own_table_that_is_new() throws SQLException {
        a.exec("INSERT INTO person VALUES (1, NULL, 'x')");
        fleet.settle();
        a.exec("INSERT INTO person VALUES (2, 1); UPDATE person SET boss = 2, code = NULL WHERE id = 1;"
                + " UPDATE person SET code = 'x' WHERE id = 2");
        assertArrives(a.push(), "person");
    }

    @Test
    void a_role_that_may_not_silence_triggers_brings_round_a_circle_too() throws SQLException {
        String role = "swapper_" + ProcessHandle.current().pid() + "_" + System.nanoTime();
        fleet.hub()
                .exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret' IN ROLE offsync_device;"
                        + " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role);
        TestDatabase database = TestDatabases.create(TestServers.device());
        database.exec(SCHEMA);
        String url = fleet.hub().url().replaceFirst("//[^@]*@", "//" + role + ":secret@");
        try (var c = new Device("c", database, url)) {
            c.init("seat", "ticket");
            c.exec("INSERT INTO seat VALUES (1, 'a'), (2, 'b'); INSERT INTO ticket VALUES (1, 1)");
            c.sync();
            c.exec("UPDATE seat SET label = 'tmp' WHERE id = 1; UPDATE seat SET label = 'a' WHERE id = 2;"
                    + " UPDATE seat SET label = 'b' WHERE id = 1");
            assertThat(c.push().problems()).isEmpty();
            c.exec("UPDATE seat SET note = 'after'");
            PushResult pushed = c.push();

            assertThat(pushed.conflicts().detected()).isZero();
            assertThat(fleet.onHub("SELECT * FROM seat ORDER BY id")).containsExactly("1|b|after", "2|a|after");
            assertThat(fleet.onHub("SELECT id FROM ticket")).containsExactly("1");
        } finally {
            fleet.hub().exec("DROP OWNED BY " + role);
        }
    }
}
