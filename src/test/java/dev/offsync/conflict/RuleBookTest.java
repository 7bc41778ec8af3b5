package dev.offsync.conflict;

import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UPDATE_UPDATE;
import static dev.offsync.model.Strategy.LOCAL_WINS;
import static dev.offsync.model.Strategy.LWW;
import static dev.offsync.model.Strategy.MANUAL;
import static dev.offsync.model.Strategy.REMOTE_WINS;
import static dev.offsync.model.Strategy.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictType;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import dev.offsync.model.TableName;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-11")
class RuleBookTest {
    private static final TableName PRODUCTS = new TableName("public", "products");

    @Test
    void without_rules_updates_follow_the_setting_and_the_rest_waits_for_a_person() {
        var book = new RuleBook(List.of(), VERSION);
        for (ConflictType type : ConflictType.values()) {
            Strategy expected = type == UPDATE_UPDATE ? VERSION : MANUAL;
            assertThat(book.ruleFor(PRODUCTS, type).strategy()).as(type.word()).isEqualTo(expected);
        }
    }

    @Test
    void the_higher_priority_beats_the_closer_match() {
        assertThat(strategy(rule("products", "update_update", LOCAL_WINS, 1), rule("*", "*", REMOTE_WINS, 2)))
                .isEqualTo(REMOTE_WINS);
    }

    @Test
    void at_equal_priority_a_named_table_beats_any_table() {
        assertThat(strategy(rule("*", "update_update", LOCAL_WINS, 0), rule("products", "*", REMOTE_WINS, 0)))
                .isEqualTo(REMOTE_WINS);
    }

    @Test
    void then_a_named_type_beats_any_type() {
        assertThat(strategy(rule("products", "*", LOCAL_WINS, 0), rule("products", "update_update", REMOTE_WINS, 0)))
                .isEqualTo(REMOTE_WINS);
    }

    @Test
    void a_rule_of_negative_priority_still_beats_the_default() {
        assertThat(strategy(rule("*", "*", REMOTE_WINS, -9))).isEqualTo(REMOTE_WINS);
    }

    @Test
    void rules_for_other_tables_and_types_do_not_speak() {
        assertThat(strategy(rule("orders", "*", LOCAL_WINS, 9), rule("*", INSERT_INSERT.word(), LOCAL_WINS, 9)))
                .isEqualTo(LWW);
    }

    @Test
    void a_table_is_named_as_it_is_shown_with_or_without_the_public_schema() {
        assertThat(strategy(rule("public.products", "*", LOCAL_WINS, 0))).isEqualTo(LOCAL_WINS);
        var quoted = new TableName("shop", "Order");
        var book = new RuleBook(List.of(rule("shop.\"Order\"", "*", REMOTE_WINS, 0)), LWW);
        assertThat(book.ruleFor(quoted, INSERT_INSERT).strategy()).isEqualTo(REMOTE_WINS);
        assertThat(book.ruleFor(new TableName("public", "Order"), INSERT_INSERT).strategy())
                .isEqualTo(MANUAL);
    }

    @Test
    void the_order_of_the_rules_does_not_matter() {
        var some = rule("*", "update_update", LOCAL_WINS, 0);
        var more = rule("products", "*", REMOTE_WINS, 0);
        assertThat(strategy(some, more)).isEqualTo(strategy(more, some)).isEqualTo(REMOTE_WINS);
    }

    @Test
    void a_row_that_init_was_told_to_push_wins_over_one_with_its_key_and_no_other_way() {
        var book = new RuleBook(List.of(rule("products", "*", REMOTE_WINS, 9)), LWW);
        assertThat(book.ruleFor(PRODUCTS, INSERT_INSERT, true).strategy()).isEqualTo(LOCAL_WINS);
        assertThat(book.ruleFor(PRODUCTS, INSERT_INSERT, false).strategy()).isEqualTo(REMOTE_WINS);
        assertThat(book.ruleFor(PRODUCTS, UPDATE_UPDATE, true).strategy()).isEqualTo(REMOTE_WINS);
    }

    @Test
    void a_rule_tells_where_it_is_written() {
        var book = new RuleBook(List.of(rule("*", "update_delete", REMOTE_WINS, 0)), LWW);
        assertThat(book.origin(book.ruleFor(PRODUCTS, ConflictType.UPDATE_DELETE)))
                .isEqualTo("the rule for table * and type update_delete");
        assertThat(book.origin(book.ruleFor(PRODUCTS, UPDATE_UPDATE))).isEqualTo("the setting conflict_resolution");
        assertThat(book.origin(book.ruleFor(PRODUCTS, INSERT_INSERT))).isEqualTo("the default for insert_insert");
        assertThat(book.origin(book.ruleFor(PRODUCTS, INSERT_INSERT, true))).isEqualTo("init --existing push");
    }

    private static Strategy strategy(Rule... rules) {
        return new RuleBook(List.of(rules), LWW)
                .ruleFor(PRODUCTS, UPDATE_UPDATE)
                .strategy();
    }

    private static Rule rule(String table, String type, Strategy strategy, int priority) {
        return new Rule(table, type, strategy, null, List.of(), MANUAL, priority);
    }
}
