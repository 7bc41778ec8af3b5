package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Direction;
import dev.offsync.model.PushResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch that does nothing but insert goes a shorter way to the hub, and ends as any other would. */
@Tag("guarantee-4")
class PlainPushTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id numeric PRIMARY KEY, name text);
            CREATE TABLE line (item_id numeric REFERENCES item, no integer, note text, PRIMARY KEY (no, item_id));
            CREATE TABLE reading (id integer PRIMARY KEY, value numeric);
            """;

    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "line");
        a = fleet.a();
        b = fleet.b();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void inserts_need_no_look_at_versions_and_each_keeps_its_own_time() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("INSERT INTO item VALUES (1.0, 'it''s \"one\"'), (2, E'a\\\\b\\n{c,d}'), (3, NULL), (4, '')");
        a.exec("INSERT INTO line VALUES (1, 2, 'x'), (1, 1, 'a, \"b\"')");
        a.exec("INSERT INTO item VALUES (-5, 'later')");
        PushResult pushed = a.push();

        assertThat(pushed.pushed()).isEqualTo(7);
        assertThat(pushed.remaining()).isZero();
        String rows = "SELECT i::text FROM item AS i UNION ALL SELECT l::text FROM line AS l ORDER BY 1";
        assertThat(fleet.onHub(rows)).isEqualTo(a.rows(rows));
        assertThat(fleet.onHub(
                        "SELECT k1::text, changed_at FROM offsync.row_1 WHERE version = 1 AND origin = 1 ORDER BY 1"))
                .isEqualTo(a.rows("SELECT key, changed_at FROM offsync.journal WHERE table_id = 1 ORDER BY 1"));
        b.sync();
        assertThat(b.rows(rows)).isEqualTo(a.rows(rows));
    }

    @Test
    void many_pieces_and_batches_arrive_in_whole() throws SQLException {
        fleet.barTheUsualWay();
        a.exec("INSERT INTO item SELECT n, repeat(md5(n::text), 3) FROM generate_series(1, 3000) AS n");
        a.exec("INSERT INTO item SELECT n, repeat('x', 200000) FROM generate_series(3001, 3003) AS n");
        a.exec("INSERT INTO line SELECT n, 1, n FROM generate_series(1, 3000) AS n");
        PushResult pushed = a.push();

        assertThat(pushed.pushed()).isEqualTo(6003);
        String sum = "SELECT count(*), md5(string_agg(i::text, '' ORDER BY id)) FROM item AS i";
        assertThat(fleet.onHub(sum)).isEqualTo(a.rows(sum));
        assertThat(fleet.onHub("SELECT count(*) FROM offsync.row_2 WHERE origin = 1"))
                .containsExactly("3000");
        assertThat(fleet.onHub("SELECT count(*) FROM offsync.upload_1")).containsExactly("0");
    }

    @Test
    void columns_may_be_called_as_what_the_hub_reads_the_rows_from() throws SQLException {
        String schema = "CREATE TABLE s (u integer PRIMARY KEY, gone text, rows text[], t text, s text, piece integer);"
                + "ALTER TABLE s DROP COLUMN gone";
        try (Fleet strange = Fleet.of(schema, "s")) {
            strange.barTheUsualWay();
            strange.a().exec("INSERT INTO s VALUES (1, '{a,NULL}', 't', 's', 1), (2, NULL, '', 's', NULL)");
            strange.a().push();
            strange.a().exec("UPDATE s SET rows = '{}', piece = 3 WHERE u = 2");
            strange.a().push();
            assertThat(strange.onHub("SELECT (s.*)::text FROM s ORDER BY u"))
                    .containsExactly("(1,\"{a,NULL}\",t,s,1)", "(2,{},\"\",s,3)");
        }
    }

    @Test
    void a_batch_too_large_to_be_read_ahead_follows_another_one() throws SQLException {
        fleet.barTheUsualWay();
        for (int transaction = 0; transaction < 3; transaction++) {
            a.exec("INSERT INTO item SELECT n, repeat(md5(n::text), 30) FROM generate_series(" + transaction
                    + " * 12000 + 1, (" + transaction + " + 1) * 12000) AS n");
        }
        PushResult pushed = a.push();

        assertThat(pushed.pushed()).isEqualTo(36000);
        assertThat(pushed.batches()).isEqualTo(3);
        assertThat(pushed.remaining()).isZero();
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("36000");
    }

    @Test
    void a_key_that_the_hub_has_is_one_conflict_and_the_rest_arrives() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (2, 'theirs')");
        a.exec("INSERT INTO item VALUES (1, 'one'), (2, 'mine'), (3, 'three')");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().detected()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT id, name FROM item ORDER BY id"))
                .containsExactly("1|one", "2|theirs", "3|three");
    }

    @Test
    void what_a_trigger_of_the_hub_makes_of_an_insert_comes_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
                CREATE TRIGGER shout BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION shout();
                """);
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.sync();
        assertThat(a.rows("SELECT name FROM item")).containsExactly("ONE");
    }

    @Test
    void what_a_type_of_the_hub_makes_of_an_insert_comes_back() throws SQLException {
        fleet.hub().exec("ALTER TABLE item ALTER COLUMN name TYPE char(5)");
        a.init("item");
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.sync();
        assertThat(a.rows("SELECT name || '.' FROM item")).containsExactly("one  .");
    }

    @Test
    void a_child_does_not_attach_to_a_strangers_row_in_a_later_batch() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'theirs')");
        a.configure("batch_size", "1");
        a.exec("INSERT INTO item VALUES (1, 'mine')");
        a.exec("INSERT INTO line VALUES (1, 1, 'of mine')");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().detected()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT * FROM line")).isEmpty();
    }

    @Test
    void the_hub_keeps_no_feed_of_a_table_that_is_only_pushed_until_somebody_pulls_it() throws SQLException {
        a.init(Direction.PUSH, "reading");
        fleet.barTheUsualWay();
        a.exec("INSERT INTO reading VALUES (1, 10), (2, 20)");
        assertThat(a.push().pushed()).isEqualTo(2);
        fleet.openTheUsualWay();
        assertThat(fleet.onHub("SELECT * FROM offsync.row_3")).isEmpty();
        assertThat(fleet.onHub(
                        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'reading'::regclass AND NOT tgisinternal"))
                .isEmpty();

        a.exec("UPDATE reading SET value = 21 WHERE id = 2");
        fleet.hub().exec("INSERT INTO reading VALUES (3, 30)");
        a.exec("INSERT INTO reading VALUES (3, 31), (4, 40)");
        PushResult pushed = a.push();
        assertThat(pushed.conflicts().detected()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT * FROM reading ORDER BY id")).containsExactly("1|10", "2|21", "3|30", "4|40");

        b.init("reading");
        b.sync();
        assertThat(b.rows("SELECT * FROM reading ORDER BY id")).containsExactly("1|10", "2|21", "3|30", "4|40");
        a.exec("INSERT INTO reading VALUES (5, 50)");
        a.push();
        b.sync();
        assertThat(b.rows("SELECT value FROM reading WHERE id = 5")).containsExactly("50");
    }
}
