package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.BASE;
import static dev.offsync.conflict.Meeting.TEN;
import static dev.offsync.conflict.Meeting.product;
import static dev.offsync.conflict.Meeting.row;
import static dev.offsync.conflict.Meeting.stamped;
import static dev.offsync.conflict.Meeting.updates;
import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UNIQUE_VIOLATION;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static dev.offsync.model.Use.LATEST;
import static dev.offsync.model.Use.LOCAL;
import static dev.offsync.model.Use.MERGE;
import static dev.offsync.model.Use.REMOTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.conflict.Decision.Displace;
import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import java.util.Collections;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-10")
class ManualChoiceTest {
    private static final Map<String, String> NOTHING = Map.of();
    private static final Row DEARER = product("lamp", "12.00", "5");
    private static final Row CHEAPER = product("lamp", "9.00", "4");
    private static final Conflict UPDATES = updates(DEARER, CHEAPER);
    private static final Conflict UNIQUE = Meeting.of(UNIQUE_VIOLATION, null, DEARER, CHEAPER.with("id", "8"));
    private static final Conflict LOCALLY_DELETED = Meeting.of(UPDATE_DELETE, BASE, null, CHEAPER);

    @Test
    void a_side_is_kept_as_it_is() {
        assertThat(use(LOCAL, NOTHING, UPDATES)).isEqualTo(new KeepLocal("a person kept the local row"));
        assertThat(use(REMOTE, NOTHING, UPDATES)).isEqualTo(new KeepRemote("a person kept the hub's row"));
        assertThat(use(LOCAL, NOTHING, LOCALLY_DELETED)).isInstanceOf(KeepLocal.class);
    }

    @Test
    void the_latest_is_kept_and_the_hubs_of_two_equals() {
        assertThat(use(LATEST, NOTHING, UPDATES)).isInstanceOf(KeepLocal.class);
        assertThat(use(LATEST, NOTHING, stamped(UPDATES, TEN, TEN))).isInstanceOf(KeepRemote.class);
    }

    @Test
    void set_replaces_columns_of_the_row_that_is_kept() {
        assertThat(written(use(LOCAL, Map.of("stock", "3"), UPDATES))).isEqualTo(product("lamp", "12.00", "3"));
        assertThat(written(use(REMOTE, Map.of("stock", "3"), UPDATES))).isEqualTo(product("lamp", "9.00", "3"));
        assertThat(written(use(LATEST, Map.of("stock", "3"), UPDATES))).isEqualTo(product("lamp", "12.00", "3"));
        assertThat(written(use(REMOTE, Collections.singletonMap("name", null), UPDATES)))
                .isEqualTo(product(null, "9.00", "4"));
    }

    @Test
    void set_on_a_local_row_of_fewer_columns_keeps_the_hubs_others() {
        assertThat(written(use(LOCAL, Map.of("stock", "3"), updates(DEARER, CHEAPER.with("colour", "red")))))
                .isEqualTo(product("lamp", "12.00", "3").with("colour", "red"));
    }

    @Test
    void merge_takes_what_one_side_changed() {
        assertThat(use(MERGE, NOTHING, updates(DEARER, product("lamp", "10.00", "4"))))
                .isEqualTo(new Write(
                        product("lamp", "12.00", "4"),
                        "a person merged: price from the local row; the rest from the hub"));
    }

    @Test
    void merge_asks_for_what_both_changed() {
        OffsyncException refusal = refusal(() -> use(MERGE, NOTHING, UPDATES));
        assertThat(refusal).hasMessage("products 7: both sides changed price");
        assertThat(refusal.hint()).startsWith("add --set COLUMN=VALUE");
        assertThat(written(use(MERGE, Map.of("price", "10.50"), UPDATES))).isEqualTo(product("lamp", "10.50", "4"));
    }

    @Test
    void merge_without_a_base_asks_for_every_difference_but_the_keys_spelling() {
        Conflict inserts = Meeting.of(INSERT_INSERT, null, DEARER.with("id", "7.0"), CHEAPER);
        assertThat(refusal(() -> use(MERGE, NOTHING, inserts))).hasMessageEndingWith("changed price, stock");
        assertThat(written(use(MERGE, Map.of("price", "1", "stock", "2"), inserts)))
                .isEqualTo(product("lamp", "1", "2"));
    }

    @Test
    void contested_are_the_columns_that_merge_would_ask_for() {
        assertThat(ManualChoice.contested(UPDATES)).containsExactly("price");
        assertThat(ManualChoice.contested(LOCALLY_DELETED)).isEmpty();
        assertThat(ManualChoice.contested(Meeting.of(UPDATE_DELETE, BASE, DEARER, null)))
                .isEmpty();
        assertThat(ManualChoice.contested(UNIQUE)).isEmpty();
    }

    @Test
    void set_refuses_unknown_columns_and_the_key() {
        for (String column : new String[] {"pric", "id"}) {
            OffsyncException refusal = refusal(() -> use(REMOTE, Map.of(column, "1"), UPDATES));
            assertThat(refusal).hasMessage("products 7: --set cannot change " + column);
            assertThat(refusal.hint()).isEqualTo("columns that can be set: name, price, stock");
        }
    }

    @Test
    void a_deleted_side_has_nothing_to_set_or_merge() {
        assertThat(refusal(() -> use(LOCAL, Map.of("stock", "3"), LOCALLY_DELETED)))
                .hasMessage("products 7: the row is deleted on this device, so there is nothing to set");
        OffsyncException refusal = refusal(() -> use(MERGE, NOTHING, Meeting.of(UPDATE_DELETE, BASE, DEARER, null)));
        assertThat(refusal).hasMessage("products 7: the row is deleted on the hub, so there is nothing to merge");
        assertThat(refusal.hint()).contains("--data");
    }

    @Test
    void data_is_the_row_and_may_leave_out_the_key() {
        Row desk = product("desk", "1", "2");
        assertThat(written(data(desk, UPDATES))).isEqualTo(desk);
        assertThat(written(data(row("name", "desk", "price", "1", "stock", "2"), LOCALLY_DELETED)))
                .isEqualTo(desk);
        assertThat(written(data(row("name", "desk"), UPDATES))).isEqualTo(product("desk", "9.00", "4"));
    }

    @Test
    void data_for_another_row_is_refused() {
        assertThat(refusal(() -> data(row("id", "8"), UPDATES))).hasMessageContaining("the key cannot change: id");
        assertThat(refusal(() -> data(row("pric", "8"), UPDATES))).hasMessageContaining("there is no column pric");
    }

    @Test
    void a_unique_value_that_another_row_holds_has_to_be_changed() {
        assertThat(refusal(() -> use(LOCAL, NOTHING, UNIQUE)).hint()).startsWith("add --set COLUMN=VALUE");
        refusal(() -> use(LOCAL, Map.of("name", "lamp"), UNIQUE));
        refusal(() -> use(REMOTE, Map.of("name", "desk"), UNIQUE));
        refusal(() -> use(MERGE, Map.of("name", "desk"), UNIQUE));

        assertThat(written(use(LOCAL, Map.of("name", "desk"), UNIQUE))).isEqualTo(product("desk", "12.00", "5"));
        assertThat(use(REMOTE, NOTHING, UNIQUE)).isInstanceOf(KeepRemote.class);
    }

    @Test
    void a_choice_that_says_nothing_or_too_much_is_refused() {
        refusal(() -> new ManualChoice(null, NOTHING, null));
        refusal(() -> new ManualChoice(null, Map.of("stock", "3"), null));
        refusal(() -> new ManualChoice(LOCAL, NOTHING, DEARER));
        refusal(() -> new ManualChoice(null, Map.of("stock", "3"), DEARER));
    }

    @Test
    void data_with_the_key_of_the_row_that_holds_a_unique_value_is_that_rows_new_content() {
        assertThat(data(row("id", "8", "name", "desk"), UNIQUE))
                .isInstanceOfSatisfying(Displace.class, decision -> assertThat(decision.other())
                        .isEqualTo(CHEAPER.with("id", "8").with("name", "desk")));
        refusal(() -> data(row("id", "8", "nam", "desk"), UNIQUE));
        refusal(() -> data(row("id", "9", "name", "desk"), UNIQUE));
        assertThat(written(data(row("id", "7", "name", "desk"), UNIQUE))).isEqualTo(product("desk", "12.00", "5"));
    }

    private static Decision use(Use use, Map<String, String> set, Conflict conflict) {
        return new ManualChoice(use, set, null).choose(conflict);
    }

    private static Decision data(Row data, Conflict conflict) {
        return new ManualChoice(null, NOTHING, data).choose(conflict);
    }

    private static Row written(Decision decision) {
        assertThat(decision).isInstanceOf(Write.class);
        return ((Write) decision).row();
    }

    private static OffsyncException refusal(ThrowingCallable choice) {
        OffsyncException refusal = catchThrowableOfType(OffsyncException.class, choice);
        assertThat(refusal.reason()).isEqualTo(Reason.USAGE);
        return refusal;
    }
}
