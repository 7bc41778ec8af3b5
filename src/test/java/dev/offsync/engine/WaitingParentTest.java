package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.model.ConflictType;
import dev.offsync.model.PullResult;
import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of the hub that cannot be written yet, because a row of the device stands in the way: what refers to them, and what
 * their old versions here refer to, waits with them, and no foreign key is broken meanwhile. So on a device that may
 * silence the constraints' triggers and on one that may not.
 */
@Tag("guarantee-8")
class WaitingParentTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE);
            CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item, up integer REFERENCES part,
                               tag text UNIQUE);
            CREATE TABLE label (id integer PRIMARY KEY, part_id integer REFERENCES part ON DELETE CASCADE);
            """;

    private static final String[] TABLES = {"item", "part", "label"};

    private Fleet fleet;
    private PlainDevice plain;
    private Device device;

    private void open(boolean silent) throws SQLException {
        open(silent, SCHEMA, TABLES);
        fleet.hub()
                .exec(
                        "INSERT INTO item VALUES (1, 'A'), (2, 'B');"
                                + " INSERT INTO part VALUES (5, 1, NULL, 'five'), (6, 2, 5, 'six'); INSERT INTO label VALUES (1, 5)");
        device.sync();
    }

    private void open(boolean silent, String schema, String... tables) throws SQLException {
        fleet = Fleet.of(schema, tables);
        if (silent) {
            device = fleet.a();
        } else {
            plain = PlainDevice.join(fleet.hub(), schema, tables);
            device = plain.device();
        }
    }

    @AfterEach
    void drop() throws SQLException {
        if (plain != null) {
            plain.close();
        }
        fleet.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_row_that_is_to_refer_to_one_that_waits_stays_as_it_was(boolean silent) throws SQLException {
        open(silent);
        device.exec("INSERT INTO item VALUES (10, 'X'); INSERT INTO part VALUES (7, 2, 5, 'seven')");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X'); UPDATE part SET item_id = 20 WHERE id = 5");
        pull();
        assertThat(device.rows("SELECT id, item_id FROM part ORDER BY id")).containsExactly("5|1", "6|2", "7|2");
        settle();
        assertThat(device.rows("SELECT id, item_id FROM part ORDER BY id")).containsExactly("5|20", "6|2", "7|2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void new_rows_wait_with_the_one_that_they_refer_to(boolean silent) throws SQLException {
        open(silent);
        device.exec("INSERT INTO item VALUES (10, 'X')");
        fleet.hub()
                .exec(
                        "INSERT INTO item VALUES (20, 'X'); INSERT INTO part VALUES (8, 20, NULL, '8'), (9, 2, 8, '9'), (10, 2, 9, '10');"
                                + " INSERT INTO label VALUES (2, 9), (3, 6)");
        pull();
        assertThat(device.rows("SELECT id FROM part ORDER BY id")).containsExactly("5", "6");
        assertThat(device.rows("SELECT id FROM label ORDER BY id")).containsExactly("1", "3");
        settle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_row_whose_newer_version_waits_keeps_the_one_that_it_refers_to(boolean silent) throws SQLException {
        open(silent);
        device.exec("INSERT INTO part VALUES (7, 2, NULL, 'seven')");
        fleet.hub().exec("UPDATE part SET item_id = 2, tag = 'seven' WHERE id = 5; DELETE FROM item WHERE id = 1");
        pull();
        assertThat(device.rows("SELECT id, item_id FROM part ORDER BY id")).containsExactly("5|1", "6|2", "7|2");
        settle();
        assertThat(device.rows("SELECT id FROM item ORDER BY id")).containsExactly("2");
    }

    /** Label 1 would go with part 5. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_deletion_takes_nothing_along_whose_newer_version_waits(boolean silent) throws SQLException {
        open(silent);
        device.exec("INSERT INTO item VALUES (10, 'X')");
        fleet.hub()
                .exec(
                        "INSERT INTO item VALUES (20, 'X'); INSERT INTO part VALUES (8, 20, NULL, '8');"
                                + " UPDATE label SET part_id = 8; UPDATE part SET up = NULL WHERE id = 6; DELETE FROM part WHERE id = 5");
        pull();
        assertThat(device.rows("SELECT id, part_id FROM label")).containsExactly("1|5");
        settle();
        assertThat(device.rows("SELECT id FROM part ORDER BY id")).containsExactly("6", "8");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_deletion_that_waits_keeps_what_its_row_refers_to(boolean silent) throws SQLException {
        open(silent);
        device.exec("INSERT INTO label VALUES (9, 5)");
        fleet.hub()
                .exec("DELETE FROM label; UPDATE part SET up = NULL WHERE id = 6; DELETE FROM part WHERE id = 5;"
                        + " DELETE FROM item WHERE id = 1");
        pull(ConflictType.FOREIGN_KEY);
        assertThat(device.rows("SELECT id FROM item ORDER BY id")).containsExactly("1", "2");
        settle();
        assertThat(device.rows("SELECT id FROM item ORDER BY id")).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unique_values_that_go_round_in_a_circle_arrive(boolean silent) throws SQLException {
        open(silent);
        fleet.hub()
                .exec("UPDATE item SET code = '-' WHERE id = 1; UPDATE item SET code = 'A' WHERE id = 2;"
                        + " UPDATE item SET code = 'B' WHERE id = 1; UPDATE part SET tag = '-' WHERE id = 5;"
                        + " INSERT INTO part VALUES (8, 1, 6, 'five'); UPDATE part SET up = 8 WHERE id = 6");
        assertThat(device.pull().conflicts().detected()).isZero();
        assertEqual();
        assertThat(device.rows("SELECT code FROM item ORDER BY id")).containsExactly("B", "A");
    }

    /** The hub lost the rows without a trace, as a device sees it that was away for longer than the hub remembers. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rows_that_are_gone_without_a_trace_go_unless_something_here_refers_to_them(boolean silent)
            throws SQLException {
        open(silent);
        fleet.hub().exec("INSERT INTO part VALUES (8, 1, NULL, '8')");
        device.sync();
        device.exec("INSERT INTO label VALUES (9, 8)");
        fleet.hub()
                .exec(
                        "SET session_replication_role = replica; DELETE FROM label; DELETE FROM part; DELETE FROM item WHERE id = 1;"
                                + " DELETE FROM offsync.row_3; DELETE FROM offsync.row_2; DELETE FROM offsync.row_1 WHERE k1 = 1");
        device.pullFully();
        assertNothingDangles();
        assertThat(device.rows("SELECT id FROM part ORDER BY id")).containsExactly("8");
        assertThat(device.rows("SELECT id FROM label ORDER BY id")).containsExactly("9");
        device.sync();
        assertThat(device.conflicts()).singleElement().matches(conflict -> conflict.type()
                .equals(ConflictType.FOREIGN_KEY.word()));
        settle();
        assertThat(device.rows("SELECT id FROM item ORDER BY id")).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rows_of_two_tables_that_refer_to_each_other_come_and_go(boolean silent) throws SQLException {
        open(silent, """
                CREATE TABLE shop (id integer PRIMARY KEY, boss integer);
                CREATE TABLE person (id integer PRIMARY KEY, shop integer NOT NULL REFERENCES shop);
                ALTER TABLE shop ADD FOREIGN KEY (boss) REFERENCES person;
                """, "shop", "person");
        fleet.hub()
                .exec("INSERT INTO shop VALUES (1, NULL); INSERT INTO person VALUES (1, 1); UPDATE shop SET boss = 1");
        assertThat(device.pull().inserted()).isEqualTo(2);
        assertThat(device.rows("SELECT s.id, p.id FROM shop AS s JOIN person AS p ON p.shop = s.id AND p.id = s.boss"))
                .containsExactly("1|1");

        fleet.hub().exec("UPDATE shop SET boss = NULL; DELETE FROM person; DELETE FROM shop");
        assertThat(device.pull().deleted()).isEqualTo(2);
        assertThat(device.rows("SELECT * FROM shop")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void foreign_keys_that_may_be_deferred_hold_in_the_end(boolean silent) throws SQLException {
        open(silent, """
                CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE);
                CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item DEFERRABLE INITIALLY DEFERRED);
                """, "item", "part");
        device.exec("INSERT INTO item VALUES (10, 'X')");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X'); INSERT INTO part VALUES (1, 20), (2, NULL)");
        device.pull();
        assertThat(device.rows("SELECT id FROM part")).containsExactly("2");

        device.resolve(Use.REMOTE);
        device.sync();
        assertThat(device.rows("SELECT * FROM part ORDER BY id")).containsExactly("1|20", "2|∅");
    }

    /** In chunks of 5000 rows, of which the first have nothing that they could refer to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("guarantee-7")
    void a_first_load_brings_rows_before_those_that_they_refer_to(boolean silent) throws SQLException {
        open(silent, "CREATE TABLE node (id integer PRIMARY KEY, up integer REFERENCES node, name text)", "node");
        device.configure("batch_size", "1000");
        fleet.hub()
                .exec("INSERT INTO node SELECT i, CASE WHEN i < 8000 THEN 16001 - i END, 'node ' || i"
                        + " FROM generate_series(1, 16000) AS i");
        device.pull();
        String nodes = "SELECT count(*), sum(up), count(DISTINCT name) FROM node";
        assertThat(device.rows(nodes)).isEqualTo(fleet.onHub(nodes));
        assertThat(device.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }

    /** Neither is a value for the moment to be had, nor may the rows go one after the other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void values_that_nothing_can_stand_for_wait_and_end_no_pull(boolean silent) throws SQLException {
        open(silent, """
                CREATE TABLE place (id integer PRIMARY KEY, at point NOT NULL, EXCLUDE USING gist (at WITH ~=),
                                    door inet NOT NULL UNIQUE)
                """, "place");
        fleet.hub().exec("INSERT INTO place VALUES (1, '(1,1)', '10.0.0.1'), (2, '(2,2)', '10.0.0.2')");
        device.sync();
        fleet.hub()
                .exec(
                        "UPDATE place SET door = '10.0.0.9' WHERE id = 1; UPDATE place SET door = '10.0.0.1' WHERE id = 2;"
                                + " UPDATE place SET door = '10.0.0.2' WHERE id = 1; INSERT INTO place VALUES (3, '(3,3)', '10.0.0.3')");
        device.pull();
        assertThat(device.rows("SELECT id FROM place WHERE id = 3")).containsExactly("3");
        assertThat(device.rows("SELECT door FROM place WHERE id < 3 ORDER BY id"))
                .isEqualTo(silent ? List.of("10.0.0.2", "10.0.0.1") : List.of("10.0.0.1", "10.0.0.2"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("guarantee-4")
    void values_of_columns_that_must_have_one_are_exchanged(boolean silent) throws SQLException {
        open(silent, """
                CREATE TABLE place (
                    id integer PRIMARY KEY, pos numeric(6, 2) NOT NULL UNIQUE, seen date NOT NULL UNIQUE,
                    met timestamptz(0) NOT NULL UNIQUE, code varchar(40) NOT NULL UNIQUE, no smallint NOT NULL UNIQUE
                );
                """, "place");
        String exchange = """
                CREATE TEMP TABLE former AS SELECT * FROM place;
                UPDATE place AS p SET pos = -id, seen = date '2000-01-01' - id, met = date '2000-01-01' - id, code = -id, no = -id;
                UPDATE place AS p SET pos = f.pos, seen = f.seen, met = f.met, code = f.code, no = f.no
                FROM former AS f WHERE f.id = p.id % 3 + 1;
                DROP TABLE former;
                """;
        fleet.hub()
                .exec("INSERT INTO place SELECT n, n, date '2026-01-01' + n, date '2026-01-01' + n, n, n"
                        + " FROM generate_series(1, 3) AS n");
        device.sync();
        fleet.hub().exec(exchange);
        device.pull();
        String places = "SELECT * FROM place ORDER BY id";
        assertThat(device.rows(places))
                .isEqualTo(fleet.onHub(places))
                .element(0)
                .asString()
                .startsWith("1|2.00|");

        device.exec(exchange);
        device.sync();
        assertThat(fleet.onHub(places))
                .isEqualTo(device.rows(places))
                .element(0)
                .asString()
                .startsWith("1|3.00|");
    }

    /** An application's trigger looks whether a row is still referred to. */
    @Test
    void rows_are_deleted_before_those_that_they_refer_to() throws SQLException {
        open(false);
        device.exec("""
                CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF EXISTS (SELECT FROM public.part WHERE item_id = OLD.id) THEN
                        RAISE EXCEPTION 'still in use';
                    END IF;
                    RETURN OLD;
                END $$;
                CREATE TRIGGER look BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION look();
                """);
        fleet.hub().exec("DELETE FROM label; DELETE FROM part; DELETE FROM item WHERE id = 1");
        device.pull();
        assertEqual();
        fleet.hub()
                .exec("INSERT INTO item VALUES (3, 'C'); INSERT INTO part VALUES (1, 3, NULL, 'x'), (2, 3, 1, 'y');"
                        + " INSERT INTO label VALUES (1, 2)");
        device.pull();
        fleet.hub()
                .exec(
                        "UPDATE part SET tag = 'z' WHERE id = 1; UPDATE part SET tag = 'x' WHERE id = 2; DELETE FROM label;"
                                + " DELETE FROM part; DELETE FROM item; INSERT INTO item VALUES (4, 'C')");
        device.pull();
        assertEqual();
    }

    @Test
    void deletions_that_come_in_chunks_go_in_the_end() throws SQLException {
        open(false);
        device.configure("batch_size", "2");
        fleet.hub()
                .exec("INSERT INTO item SELECT n, 'c' || n FROM generate_series(10, 40) AS n;"
                        + " INSERT INTO part SELECT n, n, NULL, 'p' || n FROM generate_series(10, 40) AS n");
        device.pull();
        assertEqual();
        fleet.hub().exec("DELETE FROM part WHERE id >= 10; DELETE FROM item WHERE id >= 10");
        device.pull();
        assertEqual();
        assertThat(device.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }

    /** What the local table does not allow is not told apart from what has no room yet. */
    @Test
    void a_check_that_only_the_device_has_ends_the_pull_whatever_else_waits() throws SQLException {
        open(false);
        device.exec("ALTER TABLE part ADD CHECK (tag <> 'no'); INSERT INTO item VALUES (10, 'X')");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X'); INSERT INTO part VALUES (8, 1, NULL, 'no')");
        assertThatThrownBy(device::pull).hasMessageContaining("check constraint");
        fleet.hub().exec("UPDATE part SET tag = 'yes' WHERE id = 8");
        pull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_value_that_is_referred_to_stays_while_something_that_refers_to_it_waits(boolean silent) throws SQLException {
        open(silent, """
                CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE);
                CREATE TABLE part (id integer PRIMARY KEY, code text REFERENCES item (code) ON UPDATE CASCADE, tag text UNIQUE);
                """, "item", "part");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'A'); INSERT INTO part VALUES (1, 'A', 'x'), (2, 'A', 'y')");
        device.sync();
        device.exec("INSERT INTO part VALUES (3, NULL, 'z')");
        fleet.hub().exec("UPDATE item SET code = 'AA'; UPDATE part SET tag = 'z' WHERE id = 1");
        device.pull();
        assertThat(device.rows("SELECT p.id FROM part AS p WHERE p.code IS NOT NULL"
                        + " AND NOT EXISTS (SELECT FROM item AS i WHERE i.code = p.code)"))
                .isEmpty();
        device.resolve(Use.REMOTE);
        device.sync();
        device.sync();
        assertThat(device.rows("SELECT * FROM part ORDER BY id"))
                .isEqualTo(fleet.onHub("SELECT * FROM part ORDER BY id"));
        assertThat(device.rows("SELECT code FROM item")).containsExactly("AA");
    }

    private void pull() throws SQLException {
        pull(ConflictType.UNIQUE_VIOLATION);
    }

    /** What stands against the hub's rows is open afterwards, and every foreign key holds. */
    private void pull(ConflictType type) throws SQLException {
        PullResult pull = device.pull();
        assertNothingDangles();
        assertThat(device.conflicts()).singleElement().matches(conflict -> conflict.type()
                .equals(type.word()));
        assertThat(List.of(pull.inserted(), pull.updated(), pull.deleted())).allMatch(count -> count >= 0);
        assertThat(device.pull().pulled()).isZero();
        assertNothingDangles();
    }

    private void settle() throws SQLException {
        device.resolve(Use.REMOTE);
        device.sync();
        device.sync();
        assertEqual();
        assertThat(device.rows("SELECT * FROM offsync.wanted")).isEmpty();
        assertThat(device.pull().pulled()).isZero();
    }

    private void assertEqual() throws SQLException {
        assertNothingDangles();
        for (String table : TABLES) {
            String rows = "SELECT * FROM " + table + " ORDER BY id";
            assertThat(device.rows(rows)).isEqualTo(fleet.onHub(rows));
        }
    }

    private void assertNothingDangles() throws SQLException {
        assertThat(device.rows("SELECT p.id FROM part AS p WHERE item_id IS NOT NULL"
                        + " AND NOT EXISTS (SELECT FROM item AS i WHERE i.id = p.item_id)"
                        + " OR up IS NOT NULL AND NOT EXISTS (SELECT FROM part AS u WHERE u.id = p.up)"))
                .isEmpty();
        assertThat(device.rows(
                        "SELECT id FROM label AS l WHERE NOT EXISTS (SELECT FROM part AS p WHERE p.id = l.part_id)"))
                .isEmpty();
    }
}
