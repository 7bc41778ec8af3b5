package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.BASE;
import static dev.offsync.conflict.Meeting.product;
import static dev.offsync.conflict.Meeting.rule;
import static dev.offsync.conflict.Meeting.updates;
import static dev.offsync.model.ConflictType.FOREIGN_KEY;
import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UNIQUE_VIOLATION;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.Strategy;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-13")
class DissolutionTest {
    private static final Row DEARER = product("lamp", "12.00", "5");
    private static final Row CHEAPER = product("lamp", "9.00", "5");

    @Test
    void two_changes_that_differ_stay_a_conflict() {
        assertThat(dissolved(updates(DEARER, CHEAPER))).isEmpty();
        assertThat(dissolved(Meeting.of(UPDATE_DELETE, BASE, null, CHEAPER))).isEmpty();
        assertThat(dissolved(Meeting.of(UPDATE_DELETE, BASE, DEARER, null))).isEmpty();
    }

    @Test
    void sides_that_came_to_be_the_same_leave_nothing_to_decide() {
        assertThat(dissolved(updates(DEARER, DEARER))).contains(new KeepRemote("both sides have become the same"));
        assertThat(dissolved(Meeting.of(UPDATE_DELETE, BASE, null, null)).get()).isInstanceOf(KeepRemote.class);
    }

    @Test
    void a_column_that_the_device_lacks_makes_no_difference() {
        assertThat(dissolved(updates(DEARER, DEARER.with("colour", "red")))).isPresent();
        assertThat(dissolved(updates(DEARER.with("colour", "red"), DEARER))).isEmpty();
    }

    @Test
    void where_the_hub_took_its_change_back_the_local_one_stands_alone() {
        assertThat(dissolved(updates(DEARER, BASE)).get()).isInstanceOf(KeepLocal.class);
        assertThat(dissolved(Meeting.of(INSERT_INSERT, null, DEARER, null)).get())
                .isInstanceOf(KeepLocal.class);
    }

    @Test
    void where_the_device_took_its_change_back_the_hubs_stands_alone() {
        assertThat(dissolved(updates(BASE, CHEAPER)).get()).isInstanceOf(KeepRemote.class);
        assertThat(dissolved(Meeting.of(INSERT_INSERT, null, null, CHEAPER)).get())
                .isInstanceOf(KeepRemote.class);
    }

    @Test
    void a_base_that_nobody_knows_is_no_missing_row() {
        Conflict conflict = Meeting.of(UPDATE_DELETE, null, DEARER, null);
        assertThat(Dissolution.of(conflict, rule(Strategy.MANUAL), false)).isEmpty();
        assertThat(Dissolution.of(conflict, rule(Strategy.MANUAL), true).get()).isInstanceOf(KeepLocal.class);
        Conflict other = Meeting.of(UPDATE_DELETE, null, null, CHEAPER);
        assertThat(Dissolution.of(other, rule(Strategy.MANUAL), false)).isEmpty();
        assertThat(Dissolution.isTakenBack(other, false)).isFalse();
        assertThat(Dissolution.isTakenBack(other, true)).isTrue();
    }

    @Test
    void counters_that_moved_to_the_same_value_have_moved_twice() {
        assertThat(Dissolution.of(updates(DEARER, DEARER), Meeting.merge(Strategy.LWW, "stock"), false))
                .isEmpty();
    }

    @Test
    void a_row_against_other_rows_is_not_looked_at() {
        assertThat(dissolved(Meeting.of(UNIQUE_VIOLATION, BASE, DEARER, DEARER)))
                .isEmpty();
        assertThat(dissolved(Meeting.of(FOREIGN_KEY, BASE, DEARER, DEARER))).isEmpty();
    }

    private static Optional<Decision> dissolved(Conflict conflict) {
        return Dissolution.of(conflict, rule(Strategy.MANUAL), conflict.type() == INSERT_INSERT);
    }
}
