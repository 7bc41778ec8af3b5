package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.BASE;
import static dev.offsync.conflict.Meeting.decide;
import static dev.offsync.conflict.Meeting.merge;
import static dev.offsync.conflict.Meeting.product;
import static dev.offsync.conflict.Meeting.row;
import static dev.offsync.conflict.Meeting.updates;
import static dev.offsync.model.ConflictType.FOREIGN_KEY;
import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UNIQUE_VIOLATION;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static dev.offsync.model.ConflictType.UPDATE_UPDATE;
import static dev.offsync.model.Strategy.LOCAL_WINS;
import static dev.offsync.model.Strategy.LWW;
import static dev.offsync.model.Strategy.MANUAL;
import static dev.offsync.model.Strategy.MERGE;
import static dev.offsync.model.Strategy.REMOTE_WINS;
import static dev.offsync.model.Strategy.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Open;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("guarantee-11")
class MergeTest {
    private static final Row DEARER = product("lamp", "12.00", "5");
    private static final Row CHEAPER = product("lamp", "9.00", "4");

    @Test
    void columns_changed_on_one_side_are_taken_from_it() {
        assertThat(decide(updates(DEARER, product("lamp", "10.00", "4")), merge(MANUAL)))
                .isEqualTo(new Write(
                        product("lamp", "12.00", "4"), "merge: price from the local row; the rest from the hub"));
    }

    @Test
    void a_column_set_to_null_is_a_change() {
        assertThat(written(decide(updates(product(null, "10.00", "5"), CHEAPER), merge(MANUAL))))
                .isEqualTo(product(null, "9.00", "4"));
    }

    @Test
    void columns_changed_alike_are_no_conflict() {
        assertThat(written(
                        decide(updates(product("desk", "12.00", "5"), product("lamp", "12.00", "4")), merge(MANUAL))))
                .isEqualTo(product("desk", "12.00", "4"));
    }

    @Test
    void a_merge_that_yields_one_side_keeps_that_side() {
        assertThat(decide(updates(BASE, CHEAPER), merge(MANUAL, "stock"))).isInstanceOf(KeepRemote.class);
        assertThat(decide(updates(CHEAPER, BASE), merge(MANUAL))).isInstanceOf(KeepLocal.class);
    }

    @Test
    void columns_changed_on_both_sides_wait_for_a_person_by_name() {
        assertThat(decide(updates(DEARER, CHEAPER), merge(MANUAL)))
                .isEqualTo(new Open("merge: both sides changed price; manual: a person decides"));
    }

    @Test
    void the_fallback_decides_only_the_columns_both_changed() {
        var conflict = updates(DEARER, CHEAPER);
        Row withLocalPrice = product("lamp", "12.00", "4");

        assertThat(written(decide(conflict, merge(LOCAL_WINS)))).isEqualTo(withLocalPrice);
        assertThat(written(decide(conflict, merge(LWW)))).isEqualTo(withLocalPrice);
        assertThat(decide(conflict, merge(REMOTE_WINS))).isInstanceOf(KeepRemote.class);
        assertThat(decide(conflict, merge(VERSION))).isInstanceOf(KeepRemote.class);
    }

    @Test
    void merge_as_its_own_fallback_ends() {
        assertThat(decide(updates(DEARER, CHEAPER), merge(MERGE))).isInstanceOf(Open.class);
    }

    @Test
    void without_a_base_the_fallback_decides_the_whole_row() {
        var conflict = Meeting.of(INSERT_INSERT, null, DEARER, CHEAPER);

        assertThat(decide(conflict, merge(LOCAL_WINS))).isInstanceOf(KeepLocal.class);
        assertThat(decide(conflict, merge(MANUAL)))
                .isEqualTo(new Open("merge: the base row is unknown; manual: a person decides"));
    }

    @Test
    void where_a_side_is_deleted_the_fallback_decides_the_whole_row() {
        assertThat(decide(Meeting.of(UPDATE_DELETE, BASE, null, CHEAPER), merge(LWW)))
                .isInstanceOf(KeepLocal.class);
        assertThat(decide(Meeting.of(UPDATE_DELETE, BASE, DEARER, null), merge(REMOTE_WINS)))
                .isInstanceOf(KeepRemote.class);
    }

    @Test
    void rows_that_are_in_conflict_with_other_rows_are_not_merged() {
        Row stranger = CHEAPER.with("id", "8");
        assertThat(decide(Meeting.of(UNIQUE_VIOLATION, BASE, DEARER, stranger), merge(REMOTE_WINS)))
                .isInstanceOf(KeepRemote.class);
        assertThat(decide(Meeting.of(FOREIGN_KEY, BASE, DEARER, CHEAPER), merge(LOCAL_WINS)))
                .isInstanceOf(KeepLocal.class);
    }

    @Test
    void a_column_the_change_was_captured_without_stays_the_hubs() {
        Row hub = product("lamp", "10.00", "4").with("colour", "red");
        assertThat(written(decide(updates(DEARER, hub), merge(MANUAL))))
                .isEqualTo(product("lamp", "12.00", "4").with("colour", "red"));
    }

    @Test
    void a_column_the_hub_does_not_have_is_not_written() {
        assertThat(written(decide(updates(DEARER.with("colour", "red"), product("lamp", "10.00", "4")), merge(MANUAL))))
                .isEqualTo(product("lamp", "12.00", "4"));
    }

    @Test
    void a_column_younger_than_the_base_is_contested_unless_equal() {
        Row local = DEARER.with("colour", "red");
        Row hub = product("lamp", "10.00", "4");
        assertThat(written(decide(updates(local, hub.with("colour", "red")), merge(MANUAL)))
                        .get("colour"))
                .isEqualTo("red");
        assertThat(decide(updates(local, hub.with("colour", "blue")), merge(MANUAL))
                        .because())
                .contains("both sides changed colour");
    }

    @Test
    void both_movements_of_a_counter_count() {
        var twiceThreeSold = updates(product("lamp", "10.00", "2"), product("lamp", "10.00", "2"));
        assertThat(decide(twiceThreeSold, merge(MANUAL, "stock")))
                .isEqualTo(new Write(
                        product("lamp", "10.00", "-1"), "merge: both movements of stock; the rest from the hub"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "10, 7, 9, 6",
                "0.10, 0.30, 0.2, 0.40",
                "9007199254740993, 9007199254740994, 9007199254740995, 9007199254740996",
                "1e+20, 2e+20, 1.5e+20, 250000000000000000000",
                "NULL, 5, 3, 8",
                "NULL, NULL, 3, 3",
                "5, NULL, 5, NULL",
                "NaN, NaN, 3, 3",
                "5, NaN, NaN, NaN",
            })
    void a_counter_is_the_hubs_value_and_the_local_movement(String base, String local, String remote, String sum) {
        assertThat(written(decide(counters(base, local, remote), merge(MANUAL, "n")))
                        .get("n"))
                .isEqualTo(sum);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "5, NULL, 6",
                "5, 6, NULL",
                "5, NaN, 6",
                "5, 6, Infinity",
                "NaN, 5, 6",
                "$1.00, $2.00, $3.00",
                "5, 1e999999999, 6"
            })
    void a_counter_that_cannot_be_summed_is_contested(String base, String local, String remote) {
        assertThat(decide(counters(base, local, remote), merge(MANUAL, "n")).because())
                .startsWith("merge: both sides changed n;");
        assertThat(written(decide(counters(base, local, remote), merge(LOCAL_WINS, "n")))
                        .get("n"))
                .isEqualTo(local);
    }

    /** The colour changed locally and the size on the hub, so that there is always a row to write. */
    private static Conflict counters(String base, String local, String remote) {
        return Meeting.of(
                UPDATE_UPDATE,
                row("id", "7", "n", base, "colour", "blue", "size", "1"),
                row("id", "7", "n", local, "colour", "red", "size", "1"),
                row("id", "7", "n", remote, "colour", "blue", "size", "2"));
    }

    private static Row written(Decision decision) {
        assertThat(decision).isInstanceOf(Write.class);
        return ((Write) decision).row();
    }
}
