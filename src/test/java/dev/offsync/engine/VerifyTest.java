package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.model.Direction;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.VerifyResult;
import dev.offsync.sync.Verify;
import dev.offsync.sync.verify.VerifyOptions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What verify takes for a difference, and what not. */
class VerifyTest {
    /** What follows in the transaction is not captured: as if its triggers had been off, which only their owner can do. */
    static final String PAST_CAPTURE =
            "SET session_replication_role = replica;" + " INSERT INTO offsync.applying VALUES (pg_current_xact_id()); ";

    private static final String HUB_PAST_TRACKING = "ALTER TABLE item DISABLE TRIGGER USER; ";

    private static final String ITEM = "CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric)";
    private static final String THREE = "INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2.50), (3, 'three', NULL)";

    private Fleet fleet;

    private Device prepare(String schema, String... tables) throws SQLException {
        fleet = Fleet.of(schema, tables);
        return fleet.a();
    }

    private Device items() throws SQLException {
        Device a = prepare(ITEM, "item");
        fleet.hub().exec(THREE);
        a.sync();
        return a;
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    static List<String> differences(VerifyResult result) {
        return result.differences().stream()
                .map(row -> row.kind() + " " + row.table() + " " + row.recordId())
                .toList();
    }

    private static void isInLine(VerifyResult result) {
        assertThat(differences(result)).isEmpty();
        assertThat(result.problems()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void two_sides_in_step_have_no_differences_and_the_comparison_leaves_no_trace() throws SQLException {
        Device a = items();
        String before = a.scalar("SELECT row(d.*)::text FROM offsync.device AS d");
        VerifyResult result = a.verify();
        isInLine(result);
        assertThat(result.tables()).singleElement().satisfies(table -> {
            assertThat(table.compared()).isEqualTo(3);
            assertThat(table.leftOut()).isZero();
            assertThat(table.differing()).isZero();
        });
        assertThat(a.scalar("SELECT row(d.*)::text FROM offsync.device AS d")).isEqualTo(before);
        assertThat(a.operations()).isEmpty();
    }

    @Test
    void writes_that_went_past_capture_are_named_with_what_they_did() throws SQLException {
        Device a = items();
        a.exec(PAST_CAPTURE + "DELETE FROM item WHERE id = 1; UPDATE item SET name = 'zwei' WHERE id = 2;"
                + "INSERT INTO item VALUES (4, 'four', 4)");
        VerifyResult result = a.verify();
        assertThat(differences(result))
                .containsExactlyInAnyOrder("MISSING_LOCAL item 1", "DIFFERS item 2", "MISSING_REMOTE item 4");
        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.tables()).singleElement().satisfies(table -> {
            assertThat(table.missingLocal()).isEqualTo(1);
            assertThat(table.missingRemote()).isEqualTo(1);
            assertThat(table.differs()).isEqualTo(1);
            assertThat(table.differences()).isEqualTo(3);
        });
    }

    @Test
    void triggers_that_an_owner_disabled_on_the_hub_are_found_out_too() throws SQLException {
        Device a = items();
        fleet.hub()
                .exec("ALTER TABLE item DISABLE TRIGGER USER; DELETE FROM item WHERE id = 1;"
                        + "UPDATE item SET price = 2.5 WHERE id = 2; INSERT INTO item VALUES (4, 'four', 4);"
                        + "ALTER TABLE item ENABLE TRIGGER USER");
        assertThat(differences(a.verify()))
                .containsExactlyInAnyOrder("MISSING_REMOTE item 1", "DIFFERS item 2", "MISSING_LOCAL item 4");
    }

    @Test
    void what_waits_for_a_push_is_no_difference() throws SQLException {
        Device a = items();
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 2;"
                + "INSERT INTO item VALUES (4, 'four', 4)");
        VerifyResult result = a.verify();
        isInLine(result);
        assertThat(result.tables()).singleElement().satisfies(table -> {
            assertThat(table.leftOut()).isEqualTo(3);
            assertThat(table.compared()).isEqualTo(1);
            assertThat(table.differing()).isZero();
        });
    }

    @Test
    void what_changed_on_the_hub_since_the_last_pull_is_no_difference() throws SQLException {
        Device a = items();
        fleet.hub()
                .exec("UPDATE item SET name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 2;"
                        + "INSERT INTO item VALUES (4, 'four', 4)");
        fleet.b().sync();
        fleet.b().exec("INSERT INTO item VALUES (5, 'five', 5)");
        fleet.b().sync();
        VerifyResult result = a.verify();
        isInLine(result);
        assertThat(result.tables().get(0).leftOut()).isEqualTo(4);
        assertThat(result.tables().get(0).differing()).isZero();
        a.sync();
        isInLine(a.verify());
    }

    @Test
    void a_transaction_that_was_open_during_the_last_pull_is_no_difference() throws SQLException {
        Device a = items();
        try (var slow = fleet.hub().open()) {
            slow.exec("BEGIN; UPDATE item SET name = 'late' WHERE id = 1");
            fleet.hub().exec("UPDATE item SET name = 'soon' WHERE id = 2");
            a.pull();
            isInLine(a.verify());
            slow.exec("COMMIT");
        }
        isInLine(a.verify());
    }

    @Test
    void a_row_in_conflict_is_left_out() throws SQLException {
        Device a = items();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        a.exec("UPDATE item SET name = 'here' WHERE id = 1");
        fleet.hub().exec("UPDATE item SET name = 'there' WHERE id = 1");
        a.sync();
        assertThat(a.conflicts()).hasSize(1);
        isInLine(a.verify());
    }

    @Test
    void a_row_that_waits_aside_for_a_decision_is_left_out() throws SQLException {
        Device a = prepare("CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE)", "item");
        a.exec("INSERT INTO item VALUES (1, 'x')");
        fleet.hub().exec("INSERT INTO item VALUES (2, 'x')");
        a.pull();
        assertThat(a.rows("SELECT id FROM item")).containsExactly("1");
        isInLine(a.verify());
    }

    @Test
    void rows_outside_the_devices_filter_are_left_out_with_their_children() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE shop (id integer PRIMARY KEY, region text);"
                + "CREATE TABLE sale (id integer PRIMARY KEY, shop_id integer REFERENCES shop)");
        Device a = fleet.a();
        fleet.hub()
                .exec("INSERT INTO shop VALUES (1, 'north'), (2, 'south');"
                        + "INSERT INTO sale VALUES (10, 1), (20, 2), (30, NULL)");
        a.initWhere(Map.of("shop", "region = 'north'"), "shop", "sale");
        a.sync();
        isInLine(a.verify());
        fleet.hub().exec("UPDATE shop SET region = 'north' WHERE id = 2");
        isInLine(a.verify());
        a.sync();
        a.exec(PAST_CAPTURE + "DELETE FROM sale WHERE id = 20");
        assertThat(differences(a.verify())).containsExactly("MISSING_LOCAL sale 20");
    }

    @Test
    void rows_that_the_hub_hides_from_the_device_are_no_difference() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY, region text)");
        try (var restricted = RestrictedDevice.of(fleet, "item")) {
            fleet.hub().exec("INSERT INTO item VALUES (1, 'north'), (2, 'south')");
            fleet.hub()
                    .exec("ALTER TABLE item ENABLE ROW LEVEL SECURITY;"
                            + "CREATE POLICY north ON item USING (region = 'north')");
            restricted.device().sync();
            assertThat(restricted.device().rows("SELECT id FROM item")).containsExactly("1");
            isInLine(restricted.device().verify());
        }
    }

    @Test
    void values_of_every_kind_are_the_same_number_on_both_sides_whatever_the_sessions_settings() throws SQLException {
        Device a = prepare("""
                CREATE TYPE mood AS ENUM ('sad', 'ok');
                CREATE TABLE item (id integer PRIMARY KEY, n numeric, f float8, r real, j json, b jsonb, y bytea,
                    t timestamptz, i interval, m money, a text[], c char(5), e mood, x text)
                """, "item");
        fleet.hub().exec("""
                INSERT INTO item VALUES
                    (1, 1.500, 0.1::float8 + 0.2, 'NaN', '{"a" :  1}', '{"b": 2}', '\\xdeadbeef', '2026-01-01 00:00+02',
                     '1 mon -2 days', '12.34', '{a,NULL,"b c"}', 'ab', 'ok', E'quo"te\\\\ \\n'),
                    (2, 'NaN', '-Infinity', 1e-30, NULL, 'null', '', NULL, NULL, NULL, '{}', '', NULL, '')
                """);
        a.sync();
        a.exec("INSERT INTO item (id, n, f, t) VALUES (3, 1e100, 1e-300, '1969-12-31 23:59:59.999999+00')");
        a.sync();
        a.exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''', current_database());"
                + "EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0', current_database());"
                + "EXECUTE format('ALTER DATABASE %I SET intervalstyle = iso_8601', current_database()); END $$");
        isInLine(a.verify());
        fleet.hub().exec(HUB_PAST_TRACKING + "UPDATE item SET n = 1.50 WHERE id = 1");
        assertThat(differences(a.verify())).containsExactly("DIFFERS item 1");
    }

    @Test
    void keys_of_several_columns_and_of_texts_in_both_cases_are_told_apart() throws SQLException {
        Device a = prepare(
                "CREATE TABLE item (code text, line integer, note text, PRIMARY KEY (line, code));"
                        + "CREATE TABLE label (name text PRIMARY KEY, n integer)",
                "item",
                "label");
        fleet.hub()
                .exec("INSERT INTO item VALUES ('a', 1, 'x'), ('A', 1, 'y'), ('a,\"b', 2, 'z');"
                        + "INSERT INTO label VALUES ('eins', 1), ('EINS', 2), ('', 3)");
        a.sync();
        isInLine(a.verify());
        a.exec(PAST_CAPTURE + "DELETE FROM item WHERE code = 'A'; UPDATE item SET note = '' WHERE line = 2;"
                + "UPDATE label SET name = 'Eins' WHERE name = 'EINS'");
        assertThat(differences(a.verify()))
                .containsExactlyInAnyOrder(
                        "MISSING_LOCAL item [\"1\", \"A\"]",
                        "DIFFERS item [\"2\", \"a,\\\"b\"]",
                        "MISSING_LOCAL label EINS",
                        "MISSING_REMOTE label Eins");
    }

    @Test
    void keys_that_are_equal_and_written_differently_are_one_row() throws SQLException {
        Device a = prepare("CREATE TABLE item (id numeric PRIMARY KEY, name text)", "item");
        fleet.hub().exec("INSERT INTO item VALUES (1.0, 'one')");
        a.sync();
        a.exec(PAST_CAPTURE + "UPDATE item SET id = 1.000");
        assertThat(differences(a.verify())).containsExactly("DIFFERS item 1.000");
    }

    @Test
    void columns_in_another_order_and_columns_of_one_side_alone_do_not_differ() throws SQLException {
        fleet = Fleet.unprepared("SELECT");
        fleet.hub()
                .exec("CREATE TABLE item (note text, id integer PRIMARY KEY, name text, hub_only integer DEFAULT 7)");
        fleet.a().exec("CREATE TABLE item (id integer PRIMARY KEY, name text, note text)");
        fleet.a().init("item");
        fleet.hub().exec("INSERT INTO item VALUES ('n', 1, 'one', 1)");
        fleet.a().sync();
        isInLine(fleet.a().verify());
        fleet.hub().exec(HUB_PAST_TRACKING + "UPDATE item SET hub_only = 8");
        isInLine(fleet.a().verify());
        fleet.hub().exec(HUB_PAST_TRACKING + "UPDATE item SET note = 'm'");
        assertThat(differences(fleet.a().verify())).containsExactly("DIFFERS item 1");
    }

    @Test
    void of_a_large_table_only_the_buckets_that_differ_are_fetched() throws SQLException {
        Device a = prepare(ITEM, "item");
        fleet.hub().exec("INSERT INTO item SELECT i, 'item ' || i, i FROM generate_series(1, 20000) AS i");
        a.sync();
        a.exec(PAST_CAPTURE + "UPDATE item SET name = 'other' WHERE id = 777; DELETE FROM item WHERE id = 5");
        VerifyResult result = a.verify();
        assertThat(differences(result)).containsExactlyInAnyOrder("MISSING_LOCAL item 5", "DIFFERS item 777");
        assertThat(result.tables()).singleElement().satisfies(table -> {
            assertThat(table.buckets()).isEqualTo(128);
            assertThat(table.differing()).isBetween(1, 2);
        });
    }

    @Test
    void of_a_table_that_is_only_pushed_the_devices_own_rows_are_compared() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE reading (id integer PRIMARY KEY, value numeric)");
        Device a = fleet.a();
        a.init(Direction.PUSH, "reading");
        a.exec("INSERT INTO reading SELECT i, i FROM generate_series(1, 2500) AS i");
        a.sync();
        fleet.hub().exec("INSERT INTO reading VALUES (9000, 1)");
        a.exec("DELETE FROM reading WHERE id = 3");
        isInLine(a.verify());
        fleet.hub().exec("UPDATE reading SET value = -1 WHERE id = 1; DELETE FROM reading WHERE id = 2400");
        assertThat(differences(a.verify()))
                .containsExactlyInAnyOrder("DIFFERS reading 1", "MISSING_REMOTE reading 2400");
        VerifyResult repaired = a.repair();
        assertThat(repaired.exitCode()).isZero();
        assertThat(fleet.onHub("SELECT value FROM reading WHERE id IN (1, 2400) ORDER BY id"))
                .containsExactly("1", "2400");
        isInLine(a.verify());
    }

    @Test
    void a_table_that_drifted_or_was_never_pulled_is_named_and_not_compared() throws SQLException {
        Device a = prepare(ITEM, "item");
        assertThat(a.verify().problems()).singleElement().satisfies(problem -> assertThat(problem.code())
                .isEqualTo("not_pulled"));
        a.sync();
        fleet.hub().exec("ALTER TABLE item ADD COLUMN extra text");
        VerifyResult result = a.verify();
        assertThat(result.tables()).isEmpty();
        assertThat(result.problems()).extracting(Problem::code).containsExactly("schema_drift");
    }

    @Test
    void a_table_that_is_not_synced_is_refused_by_name() throws SQLException {
        Device a = items();
        var options = new VerifyOptions(List.of("nothing"), false);
        assertThatThrownBy(() -> new Verify(a.settings(), Progress.NONE).run(options))
                .isInstanceOf(OffsyncException.class)
                .hasMessageContaining("nothing");
    }
}
