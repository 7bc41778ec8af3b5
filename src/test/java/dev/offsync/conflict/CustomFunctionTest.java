package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.merge;
import static dev.offsync.conflict.Meeting.product;
import static dev.offsync.conflict.Meeting.row;
import static dev.offsync.conflict.Meeting.rule;
import static dev.offsync.conflict.Meeting.updates;
import static dev.offsync.model.ConflictType.UNIQUE_VIOLATION;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static dev.offsync.model.Strategy.CUSTOM;
import static dev.offsync.model.Strategy.MANUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Open;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-11")
class CustomFunctionTest {
    private static final Row LOCAL = product("lamp", "12.00", "5");
    private static final Row REMOTE = product("lamp", "9.00", "4");
    private static final Conflict UPDATES = updates(LOCAL, REMOTE);

    @Test
    void the_row_it_returns_is_written() {
        assertThat(returning(product("lamp", "10.50", "4"), UPDATES))
                .isEqualTo(new Write(product("lamp", "10.50", "4"), "custom: public.settle returned the row to keep"));
    }

    @Test
    void a_side_that_it_returns_is_kept() {
        assertThat(returning(LOCAL, UPDATES)).isInstanceOf(KeepLocal.class);
        assertThat(returning(REMOTE, UPDATES)).isInstanceOf(KeepRemote.class);
    }

    @Test
    void columns_it_leaves_out_keep_the_hubs_value() {
        assertThat(returning(row("price", "10.50"), UPDATES))
                .extracting("row")
                .isEqualTo(product("lamp", "10.50", "4"));
    }

    @Test
    void it_may_bring_back_a_deleted_row() {
        assertThat(returning(product("desk", "1", "1"), Meeting.of(UPDATE_DELETE, Meeting.BASE, null, REMOTE)))
                .extracting("row")
                .isEqualTo(product("desk", "1", "1"));
    }

    @Test
    void it_cannot_write_a_column_the_change_was_captured_without() {
        Conflict drifted = updates(LOCAL, REMOTE.with("colour", "red"));
        assertThat(returning(product("lamp", "10.50", "4").with("colour", "blue"), drifted))
                .extracting("row")
                .isEqualTo(product("lamp", "10.50", "4").with("colour", "red"));
    }

    @Test
    void null_leaves_the_conflict_to_a_person() {
        assertThat(returning(null, UPDATES)).isEqualTo(new Open("custom: public.settle leaves it to a person"));
    }

    @Test
    void a_row_of_another_key_or_shape_leaves_it_open() {
        assertThat(returning(LOCAL.with("id", "8"), UPDATES).because()).contains("the key cannot change: id");
        assertThat(returning(LOCAL.with("pric", "1"), UPDATES).because())
                .contains("there is no column pric; the columns are id, name, price, stock");
    }

    @Test
    void over_a_unique_value_it_writes_the_local_row_not_the_strangers() {
        Conflict unique = Meeting.of(UNIQUE_VIOLATION, null, LOCAL, REMOTE.with("id", "8"));
        assertThat(returning(row("name", "desk"), unique)).extracting("row").isEqualTo(product("desk", "12.00", "5"));
        assertThat(returning(REMOTE.with("id", "8"), unique)).isInstanceOf(Open.class);
        assertThat(returning(LOCAL, unique)).isInstanceOf(Open.class);
    }

    @Test
    void an_error_it_raises_stays_with_the_open_conflict() {
        var settlement = new Settlement((function, conflict) -> {
            throw new CustomFunction.Raised("price is negative");
        });
        assertThat(settlement.decide(UPDATES, rule(CUSTOM)))
                .isEqualTo(new Open("custom: public.settle raised: price is negative"));
    }

    @Test
    void a_failure_of_the_caller_is_not_the_functions() {
        var settlement = new Settlement((function, conflict) -> {
            throw new IllegalStateException("the link broke");
        });
        assertThatThrownBy(() -> settlement.decide(UPDATES, rule(CUSTOM))).hasMessage("the link broke");
    }

    @Test
    void a_rule_without_a_function_leaves_it_open() {
        var nameless = new Rule("*", "*", CUSTOM, null, List.of(), MANUAL, 0);
        assertThat(Meeting.decide(UPDATES, nameless)).isEqualTo(new Open("custom: the rule names no function"));
    }

    @Test
    void as_the_fallback_of_a_merge_it_decides_the_contested_columns() {
        var settlement = new Settlement((function, conflict) -> product("desk", "10.50", "9"));
        assertThat(settlement.decide(UPDATES, merge(CUSTOM)))
                .extracting("row")
                .isEqualTo(product("lamp", "10.50", "4"));
    }

    private static Decision returning(Row row, Conflict conflict) {
        return new Settlement((function, met) -> row).decide(conflict, rule(CUSTOM));
    }
}
