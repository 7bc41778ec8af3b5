package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.PushResult;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import dev.offsync.sync.Conflicts;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pushed change that runs into other rows of the hub is one conflict, and everything else goes on. */
@Tag("guarantee-10")
@Order(4)
class CollisionTest {
    private static final String SCHEMA = """
            CREATE TABLE account (id integer PRIMARY KEY, email text UNIQUE, login text, site integer, number integer,
                                  UNIQUE (site, number));
            CREATE UNIQUE INDEX account_login ON account (lower(login)) WHERE login <> 'guest';
            CREATE TABLE task (id integer PRIMARY KEY, account_id integer REFERENCES account, note text);
            CREATE TABLE step (id integer PRIMARY KEY, task_id integer REFERENCES task);
            CREATE TABLE room (id integer PRIMARY KEY, label text);
            CREATE TABLE booking (id integer PRIMARY KEY, room_id integer REFERENCES room ON DELETE CASCADE, slot int4range,
                                  EXCLUDE USING gist (slot WITH &&));
            CREATE TABLE lamp (id integer PRIMARY KEY, room_id integer REFERENCES room ON DELETE SET NULL);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "account", "task", "step", "room", "booking", "lamp");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private ConflictEntry onlyOpen() {
        assertThat(a.conflicts().stream().filter(c -> !c.resolved())).hasSize(1);
        return a.conflicts().stream().filter(c -> !c.resolved()).findFirst().orElseThrow();
    }

    /** A and the hub have the same rows of {@code table}, and nothing is left to do. */
    private void assertInStep(String table, String... rows) throws SQLException {
        fleet.settle();
        String content = "SELECT * FROM " + table + " ORDER BY id";
        assertThat(fleet.onHub(content)).containsExactly(rows);
        assertThat(a.rows(content)).containsExactly(rows);
        assertThat(fleet.b().rows(content)).containsExactly(rows);
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsOnly("completed");
    }

    @Test
    void a_unique_value_that_another_row_holds_is_one_conflict_and_the_rest_flows() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y')");
        a.exec("BEGIN; INSERT INTO account VALUES (1, 'x@y'); INSERT INTO account VALUES (2, 'free'); COMMIT");
        a.exec("INSERT INTO task VALUES (10, 2), (11, 1)");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).isEmpty();
        assertThat(pushed.failed()).isZero();
        assertThat(fleet.onHub("SELECT id FROM account ORDER BY id")).containsExactly("2", "100");
        assertThat(fleet.onHub("SELECT id FROM task")).containsExactly("10");
        ConflictEntry conflict = onlyOpen();
        assertThat(conflict.type()).isEqualTo("unique_violation");
        assertThat(conflict.recordId()).isEqualTo("1");
        assertThat(conflict.local()).extracting(row -> row.get("id")).isEqualTo("1");
        assertThat(conflict.remote()).extracting(row -> row.get("id")).isEqualTo("100");
        assertThat(conflict.related()).extracting(RelatedRow::recordId).containsExactly("100");
        assertThat(a.rows("SELECT retry_count, status FROM offsync.operation_queue WHERE record_id = '1'"))
                .containsExactly("0|conflict");
        assertThat(a.push().conflicts().open()).isOne();
    }

    @Test
    @Tag("guarantee-12")
    void whose_key_a_row_has_is_decided_before_whose_unique_value() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one')");
        fleet.settle();
        a.exec("INSERT INTO account VALUES (9, 'two')");
        fleet.hub().exec("UPDATE account SET email = 'two' WHERE id = 1; INSERT INTO account VALUES (9, 'nine')");
        a.sync();
        assertThat(onlyOpen().type()).isEqualTo("insert_insert");
        a.resolve(Use.REMOTE);
        a.sync();

        assertInStep("account", "1|two|∅|∅|∅", "9|nine|∅|∅|∅");
    }

    @Test
    void a_conflict_over_a_unique_value_alone_exits_with_3() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y')");
        a.exec("INSERT INTO account VALUES (1, 'x@y'), (2, 'free')");
        assertThat(a.push().exitCode()).isEqualTo(3);
    }

    @Test
    void several_unique_keys_at_once_name_every_row_that_blocks() throws SQLException {
        fleet.hub()
                .exec(
                        "INSERT INTO account VALUES (100, 'x@y', 'Ann', 1, 1), (101, 'z', 'BOB', 1, 2), (102, 'u', 'c', 7, 7)");
        a.exec("INSERT INTO account VALUES (1, 'x@y', 'bob', 7, 7)");
        a.push();

        assertThat(onlyOpen().related())
                .extracting(RelatedRow::recordId)
                .containsExactlyInAnyOrder("100", "101", "102");
        assertThat(onlyOpen().message()).contains("100", "101", "102");
    }

    @Test
    void the_local_row_is_dropped_into_the_log_or_takes_a_free_value() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y')");
        a.exec("INSERT INTO account VALUES (1, 'x@y')");
        a.push();
        assertThatThrownBy(() -> a.resolve(Use.LOCAL)).hasMessageContaining("holds its unique value");

        a.resolve(Use.LOCAL, Map.of("email", "free"));
        assertInStep("account", "1|free|∅|∅|∅", "100|x@y|∅|∅|∅");
    }

    @Test
    void an_insert_and_an_update_are_dropped_into_the_log() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one'), (100, 'x@y')");
        a.pull();
        fleet.hub().exec("INSERT INTO account VALUES (101, 'new'), (102, 'newer')");
        a.exec("INSERT INTO account VALUES (2, 'new'); INSERT INTO task VALUES (20, 2)");
        a.exec("UPDATE account SET email = 'newer', site = 3 WHERE id = 1");
        a.push();
        a.resolve(Use.REMOTE);

        assertInStep("account", "1|one|∅|∅|∅", "100|x@y|∅|∅|∅", "101|new|∅|∅|∅", "102|newer|∅|∅|∅");
        assertInStep("task");
        assertThat(a.conflicts())
                .extracting(c -> c.type() + " " + c.recordId())
                .contains("unique_violation 1", "unique_violation 2", "foreign_key 20");
    }

    @Test
    void the_other_row_gives_its_value_up() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y')");
        a.exec("INSERT INTO account VALUES (1, 'x@y')");
        a.push();
        a.resolve(new Row(Map.of("id", "100", "email", "other")));

        assertInStep("account", "1|x@y|∅|∅|∅", "100|other|∅|∅|∅");
    }

    @Test
    void a_rule_drops_the_local_row() throws SQLException {
        a.rule("unique_violation", "remote_wins");
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y')");
        a.exec("INSERT INTO account VALUES (1, 'x@y')");
        PushResult pushed = a.push();

        assertThat(pushed.exitCode()).isZero();
        assertInStep("account", "100|x@y|∅|∅|∅");
    }

    @Test
    void an_exclusion_constraint_is_a_conflict_too() throws SQLException {
        fleet.hub().exec("INSERT INTO booking VALUES (100, NULL, '[1,5)')");
        a.exec("INSERT INTO booking VALUES (1, NULL, '[4,9)'), (2, NULL, '[20,21)')");
        a.push();

        assertThat(onlyOpen().type()).isEqualTo("unique_violation");
        assertThat(onlyOpen().related()).extracting(RelatedRow::recordId).containsExactly("100");
        assertThat(fleet.onHub("SELECT id FROM booking ORDER BY 1")).containsExactly("2", "100");
    }

    @Test
    void a_child_whose_parent_is_gone_brings_it_back_or_goes_into_the_log() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one'), (2, 'two'); INSERT INTO task VALUES (20, 2)");
        fleet.settle();
        fleet.hub().exec("DELETE FROM account WHERE id = 1");
        a.exec("INSERT INTO task VALUES (10, 1), (11, 2); UPDATE task SET account_id = 1 WHERE id = 20;"
                + " INSERT INTO step VALUES (5, 10)");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).isEmpty();
        assertThat(a.conflicts()).extracting(ConflictEntry::type).containsExactly("foreign_key", "foreign_key");
        assertThat(fleet.onHub("SELECT id, account_id FROM task ORDER BY 1")).containsExactly("11|2", "20|2");
        assertThat(a.conflicts().get(0).related())
                .extracting(row -> row.effect() + " " + row.table() + " " + row.recordId())
                .containsExactly("missing account 1");
        a.resolve(Use.LOCAL);

        assertInStep("account", "1|one|∅|∅|∅", "2|two|∅|∅|∅");
        assertInStep("task", "10|1|∅", "11|2|∅", "20|1|∅");
        assertInStep("step", "5|10");
    }

    @Test
    void a_child_whose_parent_is_gone_is_dropped_with_its_own_children() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one'), (2, 'two'); INSERT INTO task VALUES (20, 2)");
        fleet.settle();
        fleet.hub().exec("DELETE FROM account WHERE id = 1");
        a.exec("INSERT INTO task VALUES (10, 1); UPDATE task SET account_id = 1 WHERE id = 20;"
                + " INSERT INTO step VALUES (5, 10)");
        a.rule("foreign_key", "remote_wins");
        assertThat(a.push().exitCode()).isZero();

        assertInStep("account", "2|two|∅|∅|∅");
        assertInStep("task", "20|2|∅");
        assertInStep("step");
    }

    private void deleteOverUnseenRows() throws SQLException {
        fleet.hub().exec("INSERT INTO room VALUES (1, 'one'); INSERT INTO booking VALUES (10, 1, '[1,2)')");
        fleet.settle();
        fleet.hub().exec("INSERT INTO booking VALUES (11, 1, '[2,3)'); INSERT INTO lamp VALUES (7, 1)");
        a.exec("DELETE FROM room");
        a.exec("INSERT INTO room VALUES (2, 'two')");
    }

    @Test
    void a_deletion_over_rows_the_device_never_saw_takes_nothing_and_all_come_back() throws SQLException {
        deleteOverUnseenRows();
        PushResult pushed = a.push();

        assertThat(pushed.problems()).isEmpty();
        assertThat(onlyOpen().type()).isEqualTo("foreign_key");
        assertThat(onlyOpen().local()).isNull();
        assertThat(onlyOpen().remote()).extracting(row -> row.get("label")).isEqualTo("one");
        assertThat(onlyOpen().related())
                .extracting(row -> row.effect() + " " + row.table() + " " + row.recordId())
                .containsExactlyInAnyOrder("deleted booking 11", "cleared lamp 7");
        assertThat(fleet.onHub("SELECT id FROM booking ORDER BY 1")).containsExactly("10", "11");
        assertThat(fleet.onHub("SELECT room_id FROM lamp")).containsExactly("1");
        assertThat(fleet.onHub("SELECT id FROM room ORDER BY 1")).containsExactly("1", "2");
        a.resolve(Use.REMOTE);
        assertThat(a.rows("SELECT id FROM booking ORDER BY 1")).containsExactly("10", "11");

        assertInStep("room", "1|one", "2|two");
        assertInStep("booking", "10|1|[1,2)", "11|1|[2,3)");
        assertInStep("lamp", "7|1");
    }

    @Test
    void a_deletion_over_unseen_rows_takes_them_when_a_person_says_so() throws SQLException {
        deleteOverUnseenRows();
        a.push();
        a.resolve(Use.LOCAL);

        assertInStep("room", "2|two");
        assertInStep("booking");
        assertInStep("lamp", "7|∅");
        assertThat(a.conflicts())
                .extracting(c -> c.type() + " " + c.table() + " " + c.recordId() + " " + c.resolution())
                .contains("foreign_key booking 11 local", "foreign_key lamp 7 local");
    }

    @Test
    void a_deletion_that_the_hub_forbids_for_an_unseen_child_is_a_conflict() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one')");
        fleet.settle();
        fleet.hub().exec("INSERT INTO task VALUES (10, 1)");
        a.exec("DELETE FROM account");
        assertThat(a.push().problems()).isEmpty();
        assertThat(onlyOpen().related())
                .extracting(row -> row.effect() + " " + row.recordId())
                .containsExactly("refers 10");
        a.resolve(Use.LOCAL);
        assertInStep("account");
        assertInStep("task");
    }

    @Test
    void a_pull_before_the_decision_leaves_the_same_choices_over_a_unique_value() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (100, 'x@y'), (101, 'u'), (102, 'v')");
        a.exec("INSERT INTO account VALUES (1, 'x@y'), (2, 'u'), (3, 'v')");
        a.sync();
        a.sync();
        assertThat(a.conflicts()).hasSize(3).allMatch(c -> c.type().equals("unique_violation"));
        assertThat(a.rows("SELECT id FROM account ORDER BY 1")).containsExactly("1", "2", "3");
        resolve(a.conflicts().get(0).id(), Use.REMOTE, Map.of(), null);
        resolve(a.conflicts().get(1).id(), Use.LOCAL, Map.of("email", "free"), null);
        resolve(a.conflicts().get(2).id(), null, Map.of(), new Row(Map.of("id", "102", "email", "other")));

        assertInStep("account", "2|free|∅|∅|∅", "3|v|∅|∅|∅", "100|x@y|∅|∅|∅", "101|u|∅|∅|∅", "102|other|∅|∅|∅");
    }

    private void resolve(long id, @Nullable Use use, Map<String, @Nullable String> set, @Nullable Row data) {
        new Conflicts(a.settings())
                .resolve(new ResolveOptions(List.of(id), new ConflictFilter(null, null, false), use, set, data, false));
    }

    @Test
    void a_pull_before_the_decision_leaves_the_parents_copy() throws SQLException {
        fleet.hub().exec("INSERT INTO account VALUES (1, 'one')");
        fleet.settle();
        fleet.hub().exec("DELETE FROM account WHERE id = 1");
        a.exec("INSERT INTO task VALUES (10, 1)");
        a.sync();
        a.sync();
        assertThat(onlyOpen().type()).isEqualTo("foreign_key");
        a.resolve(Use.LOCAL);

        assertInStep("account", "1|one|∅|∅|∅");
        assertInStep("task", "10|1|∅");
    }

    @Test
    void a_pull_before_the_decision_leaves_a_deletion_over_unseen_rows_undecided() throws SQLException {
        deleteOverUnseenRows();
        a.sync();
        a.sync();
        a.resolve(Use.REMOTE);

        assertInStep("room", "1|one", "2|two");
        assertInStep("booking", "10|1|[1,2)", "11|1|[2,3)");
        assertInStep("lamp", "7|1");
    }

    @Test
    void a_pull_before_the_decision_does_not_save_what_a_person_deletes() throws SQLException {
        deleteOverUnseenRows();
        a.sync();
        a.sync();
        a.resolve(Use.LOCAL);

        assertInStep("room", "2|two");
        assertInStep("booking");
        assertInStep("lamp", "7|∅");
    }
}
