package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PushResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a device did arrives on the hub once, in its final form, whatever the order it was done in. */
@Tag("guarantee-4")
class PushTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id numeric PRIMARY KEY, name text, price numeric);
            CREATE TABLE part (id integer PRIMARY KEY, item_id numeric REFERENCES item DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE person (id integer PRIMARY KEY, boss integer REFERENCES person, name text);
            CREATE TABLE seat (id integer PRIMARY KEY, label text, UNIQUE (label) DEFERRABLE);
            CREATE TABLE badge (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, net numeric,
                                gross numeric GENERATED ALWAYS AS (net * 2) STORED);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "part", "person", "seat", "badge");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_row_that_came_and_went_before_the_push_never_reaches_the_hub() throws SQLException {
        fleet.listen("item");
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.exec("UPDATE item SET name = 'uno'");
        a.exec("DELETE FROM item");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT * FROM heard")).isEmpty();
        assertThat(pushed.pushed()).isEqualTo(3);
        assertThat(pushed.remaining()).isZero();
        assertThat(a.states()).containsOnly("1 completed");
    }

    @Test
    void changes_of_a_row_are_merged_and_the_hubs_trigger_fires_once_with_the_last() throws SQLException {
        fleet.listen("item");
        a.exec("INSERT INTO item VALUES (1, 'one', 1)");
        a.exec("UPDATE item SET name = 'uno'");
        a.exec("UPDATE item SET price = 1.50");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT * FROM heard")).containsExactly("INSERT (1,uno,1.50)");
        assertThat(pushed.pushed()).isEqualTo(3);
        assertThat(pushed.coalesced()).isEqualTo(2);
    }

    @Test
    void a_row_that_is_as_it_was_leaves_the_hub_as_it_is() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one', 1)");
        a.push();
        fleet.listen("item");
        a.exec("UPDATE item SET name = 'x'");
        a.exec("UPDATE item SET name = 'one'");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT * FROM heard")).isEmpty();
        assertThat(pushed.conflicts().detected()).isZero();
        a.exec("UPDATE item SET name = 'y'");
        assertThat(a.push().conflicts().detected()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("y");
    }

    @Test
    void a_row_that_was_deleted_and_made_again_is_an_update_on_the_hub() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2)");
        a.push();
        fleet.listen("item");
        a.exec("DELETE FROM item WHERE id = 1");
        a.exec("INSERT INTO item VALUES (1, 'anew', 3)");
        a.push();

        assertThat(fleet.onHub("SELECT * FROM heard")).containsExactly("UPDATE (1,anew,3)");
    }

    @Test
    void a_row_that_was_deleted_pushed_and_made_again_arrives() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one', 1)");
        a.push();
        a.exec("DELETE FROM item");
        a.push();
        a.exec("INSERT INTO item VALUES (1, 'anew', 3)");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().detected()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("anew");
        a.exec("UPDATE item SET name = 'later'");
        assertThat(a.push().conflicts().detected()).isZero();
        fleet.b().pull();
        assertThat(fleet.b().rows("SELECT name FROM item")).containsExactly("later");
    }

    @Test
    void an_own_row_trigger_that_updates_its_row_sends_the_final_state() throws SQLException {
        a.exec("""
                CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN UPDATE item SET price = 99 WHERE id = NEW.id AND price IS NULL; RETURN NULL; END $$;
                CREATE TRIGGER stamp AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION stamp();
                """);
        fleet.listen("item");
        a.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        a.push();

        assertThat(fleet.onHub("SELECT * FROM heard"))
                .containsExactlyInAnyOrder("INSERT (1,one,99)", "INSERT (2,two,99)");
    }

    @Test
    void a_key_whose_text_changes_while_it_stays_equal_is_rewritten() throws SQLException {
        a.exec("INSERT INTO item VALUES (1.0, 'one')");
        fleet.settle();
        a.exec("UPDATE item SET id = 1.00");
        fleet.settle();

        assertThat(fleet.onHub("SELECT id FROM item")).containsExactly("1.00");
        assertThat(fleet.b().rows("SELECT id FROM item")).containsExactly("1.00");
        fleet.b().exec("UPDATE item SET id = 1.000, name = 'uno'");
        fleet.settle();
        assertThat(a.rows("SELECT id, name FROM item")).containsExactly("1.000|uno");
        assertThat(a.conflicts()).isEmpty();
    }

    @Test
    void children_may_be_written_before_their_parents() throws SQLException {
        a.exec(
                "BEGIN; INSERT INTO part VALUES (10, 1), (11, 2); INSERT INTO item VALUES (1, 'one'), (2, 'two'); COMMIT");
        a.push();
        assertThat(fleet.onHub("SELECT count(*) FROM part")).containsExactly("2");

        a.exec("BEGIN; DELETE FROM item; DELETE FROM part; COMMIT");
        PushResult pushed = a.push();
        assertThat(pushed.problems()).isEmpty();
        assertThat(fleet.onHub("SELECT count(*) FROM part")).containsExactly("0");
    }

    @Test
    void a_child_can_change_its_parent_before_the_old_one_goes() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one'); INSERT INTO part VALUES (10, 1)");
        a.push();
        a.exec("INSERT INTO item VALUES (2, 'two'); UPDATE part SET item_id = 2; DELETE FROM item WHERE id = 1");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).isEmpty();
        assertThat(fleet.onHub("SELECT item_id FROM part")).containsExactly("2");
        assertThat(fleet.onHub("SELECT id FROM item")).containsExactly("2");
    }

    @Test
    void rows_that_refer_to_each_other_in_their_own_table_travel() throws SQLException {
        a.exec("INSERT INTO person VALUES (3, NULL, 'top')");
        a.exec("INSERT INTO person VALUES (2, 3, 'mid')");
        a.exec("INSERT INTO person VALUES (1, 2, 'low')");
        a.push();
        assertThat(fleet.onHub("SELECT count(*) FROM person")).containsExactly("3");

        a.exec("DELETE FROM person WHERE id = 1");
        a.exec("UPDATE person SET boss = NULL WHERE id = 2");
        a.exec("DELETE FROM person WHERE id = 3");
        assertThat(a.push().problems()).isEmpty();
        fleet.b().sync();
        assertThat(fleet.b().rows("SELECT * FROM person")).containsExactly("2|∅|mid");
    }

    @Test
    void deferrable_unique_values_can_be_swapped() throws SQLException {
        a.exec("INSERT INTO seat VALUES (1, 'left'), (2, 'right')");
        fleet.settle();
        a.exec("BEGIN; SET CONSTRAINTS ALL DEFERRED; UPDATE seat SET label = 'right' WHERE id = 1;"
                + " UPDATE seat SET label = 'left' WHERE id = 2; COMMIT");
        assertThat(a.push().problems()).isEmpty();
        fleet.b().pull();

        assertThat(fleet.b().rows("SELECT * FROM seat ORDER BY id")).containsExactly("1|right", "2|left");
    }

    @Test
    void identity_values_are_kept_and_generated_ones_made_by_the_hub() throws SQLException {
        a.exec("INSERT INTO badge (net) VALUES (1), (2)");
        fleet.settle();
        a.exec("UPDATE badge SET net = 10 WHERE net = 1");
        a.exec("INSERT INTO badge (id, net) OVERRIDING SYSTEM VALUE VALUES (7, 3)");
        fleet.settle();

        String content = "SELECT * FROM badge ORDER BY id";
        assertThat(a.rows(content)).hasSize(3).isEqualTo(fleet.onHub(content));
        assertThat(fleet.b().rows(content)).isEqualTo(fleet.onHub(content));
        assertThat(fleet.b().rows("SELECT gross FROM badge ORDER BY 1")).containsExactly("4", "6", "20");
    }

    @Test
    void transactions_that_share_rows_arrive_in_their_order_across_batches() throws SQLException {
        for (int i = 1; i <= 20; i++) {
            a.exec("BEGIN; INSERT INTO item VALUES (" + i + ", 'new'); UPDATE item SET price = " + i + "; COMMIT");
        }
        PushResult pushed = new dev.offsync.sync.Push(a.settings(), dev.offsync.model.Progress.NONE)
                .run(new dev.offsync.sync.push.PushOptions(java.util.List.of(), 7, null, null, false, false));

        assertThat(pushed.batches()).isGreaterThan(5);
        assertThat(pushed.remaining()).isZero();
        assertThat(fleet.onHub("SELECT count(*), min(price), max(price) FROM item"))
                .containsExactly("20|20|20");
        assertThat(pushed.conflicts().detected()).isZero();
    }

    @Test
    void a_second_push_sends_nothing() throws SQLException {
        fleet.listen("item");
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.push();
        PushResult again = a.push();

        assertThat(again.pushed()).isZero();
        assertThat(again.batches()).isZero();
        assertThat(fleet.onHub("SELECT count(*) FROM heard")).containsExactly("1");
    }
}
