package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.model.Rule;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleDraft;
import dev.offsync.model.Strategy;
import dev.offsync.sync.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules are set, taken away and made equal to a file; and what they say is done. */
@Tag("guarantee-11")
class RulesTest {
    private static final String SCHEMA = """
            CREATE TABLE products (id integer PRIMARY KEY, name text, stock integer, "Sold" smallint, weight numeric);
            CREATE SCHEMA shop;
            CREATE TABLE shop.orders (id integer PRIMARY KEY, note text);
            CREATE FUNCTION shop.choose(jsonb, jsonb, jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT $1';
            """;

    @TempDir
    private Path directory;

    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "products", "shop.orders");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private Rules rules() {
        return new Rules(fleet.a().settings());
    }

    private static RuleDraft draft(String table, String type, String strategy) {
        return new RuleDraft(table, type, strategy, null, List.of(), "manual", 0);
    }

    private static Rule rule(String table, String type, Strategy strategy) {
        return new Rule(table, type, strategy, null, List.of(), Strategy.MANUAL, 0);
    }

    private RuleChanges apply(String toml) throws IOException {
        return rules().apply(Files.writeString(directory.resolve("rules.toml"), toml), false);
    }

    private OffsyncException refusal(RuleDraft draft) {
        return catchThrowableOfType(OffsyncException.class, () -> rules().set(draft));
    }

    private OffsyncException refusal(String toml) {
        return catchThrowableOfType(OffsyncException.class, () -> apply(toml));
    }

    @Test
    void a_rule_replaces_the_one_for_the_same_table_and_type() {
        assertThat(rules().set(draft("products", "update_update", "local_wins")).added())
                .containsExactly(rule("products", "update_update", Strategy.LOCAL_WINS));
        RuleChanges changes = rules().set(
                        new RuleDraft("public.products", "update_update", "merge", null, List.of("STOCK"), "lww", 5));
        assertThat(changes.added()).isEmpty();
        assertThat(changes.changed())
                .containsExactly(
                        new Rule("products", "update_update", Strategy.MERGE, null, List.of("stock"), Strategy.LWW, 5));
        assertThat(rules().list().rules()).isEqualTo(changes.changed());
    }

    @Test
    void rules_are_listed_by_strength() {
        rules().set(draft("*", "*", "manual"));
        rules().set(draft("*", "update_update", "version"));
        rules().set(draft("products", "*", "remote_wins"));
        rules().set(new RuleDraft("*", "insert_insert", "lww", null, List.of(), "manual", 1));
        assertThat(rules().list().rules())
                .extracting(rule -> rule.table() + " " + rule.type())
                .containsExactly("* insert_insert", "products *", "* update_update", "* *");
        assertThat(rules().list().updateUpdateDefault()).isEqualTo(Strategy.LWW);
    }

    @Test
    void a_rule_is_taken_away_once() {
        rules().set(draft("shop.orders", "*", "manual"));
        assertThat(rules().unset("shop.orders", "*").removed()).hasSize(1);
        assertThat(rules().unset("shop.orders", "*").removed()).isEmpty();
        assertThat(catchThrowableOfType(OffsyncException.class, () -> rules().unset("products", "update")))
                .hasMessageContaining("no conflict type")
                .satisfies(e -> assertThat(e.hint()).contains("update_delete"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stocks | update_update | lww | | | manual | is not synced",
                "products | update | lww | | | manual | no conflict type",
                "products | update_update | newest | | | manual | no strategy",
                "products | update_delete | rekey | | | manual | rekey settles no update_delete",
                "products | insert_insert | rekey | | | manual | no column of its key has a default",
                "products | update_update | custom | | | manual | needs a function",
                "products | update_update | custom | shop.none | | manual | no function shop.none",
                "products | update_update | lww | shop.choose | | manual | only the strategy custom",
                "products | update_update | lww | | stock | manual | only merge has delta columns",
                "products | update_update | merge | | price | manual | has not all of the delta columns",
                "products | update_update | merge | | name | manual | name is no number",
                "products | update_update | merge | | stock | merge | cannot be a fallback"
            })
    void a_rule_that_cannot_apply_is_refused(
            String table,
            String type,
            String strategy,
            @Nullable String function,
            @Nullable String delta,
            String fallback,
            String message) {
        OffsyncException refusal = refusal(new RuleDraft(
                table, type, strategy, function, delta == null ? List.of() : List.of(delta), fallback, 0));
        assertThat(refusal.reason().exitCode()).isEqualTo(2);
        assertThat(refusal).hasMessageContaining(message);
        assertThat(refusal.hint()).isNotBlank().doesNotEndWith(".");
        assertThat(rules().list().rules()).isEmpty();
    }

    @Test
    void a_file_makes_the_rules_equal_to_it_however_often() throws IOException {
        rules().set(draft("*", "*", "manual"));
        rules().set(draft("products", "insert_insert", "lww"));
        String toml = """
                [[rule]]
                table = "products"
                type = "insert_insert"
                strategy = "local_wins"

                [[rule]]
                table = "products"
                type = "update_update"
                strategy = "merge"
                delta = ["stock", "\\"Sold\\""]
                fallback = "lww"
                priority = 10

                [[rule]]
                table = "*"
                type = "update_delete"
                strategy = "custom"
                function = "shop.choose"
                """;
        RuleChanges changes = apply(toml);
        assertThat(changes.added()).hasSize(2);
        assertThat(changes.changed()).containsExactly(rule("products", "insert_insert", Strategy.LOCAL_WINS));
        assertThat(changes.removed()).containsExactly(rule("*", "*", Strategy.MANUAL));
        assertThat(changes.rules())
                .contains(new Rule(
                        "products", "update_update", Strategy.MERGE, null, List.of("stock", "Sold"), Strategy.LWW, 10));
        assertThat(rules().list().rules()).isEqualTo(changes.rules());

        RuleChanges again = apply(toml);
        assertThat(again.unchanged()).isEqualTo(3);
        assertThat(again.rules()).isEqualTo(changes.rules());
        assertThat(List.of(again.added(), again.changed(), again.removed())).allMatch(List::isEmpty);

        assertThat(apply("").removed()).hasSize(3);
        assertThat(rules().list().rules()).isEmpty();
    }

    @Test
    void a_dry_run_shows_the_plan_and_changes_nothing() throws IOException {
        rules().set(draft("*", "*", "manual"));
        Path file = Files.writeString(
                directory.resolve("rules.toml"), "[[rule]]\ntable = \"products\"\ntype = \"*\"\nstrategy = \"lww\"\n");
        RuleChanges plan = rules().apply(file, true);
        assertThat(rules().list().rules()).containsExactly(rule("*", "*", Strategy.MANUAL));
        RuleChanges done = rules().apply(file, false);
        assertThat(plan.added()).isEqualTo(done.added());
        assertThat(plan.removed()).isEqualTo(done.removed());
        assertThat(plan.rules()).isEqualTo(done.rules());
    }

    @Test
    void a_file_with_one_wrong_rule_changes_nothing_and_names_its_line() throws IOException {
        rules().set(draft("*", "*", "manual"));
        String good = "[[rule]]\ntable = \"products\"\ntype = \"*\"\nstrategy = \"lww\"\n";
        assertThat(refusal(good + "\n[[rule]]\ntable = \"products\"\ntype = \"update\"\nstrategy = \"lww\"\n"))
                .hasMessageContaining("rules.toml:6: there is no conflict type");
        assertThat(refusal(good + good)).hasMessageContaining("rules.toml:5: the same table and type");
        assertThat(refusal(good + "prioritty = 3\n")).hasMessageContaining("rules.toml:5: a rule has no \"prioritty\"");
        assertThat(refusal("[[rule]]\ntable = 3\n")).hasMessageContaining("rules.toml:2: table must be a text");
        assertThat(refusal("[[rule]]\ntable = \"products\"\ntype = \"*\"\n")).hasMessageContaining("no strategy");
        assertThat(refusal("rule = 3\n")).hasMessageContaining("rules.toml:1: rule is not a list of tables");
        assertThat(refusal("[[rule]\n")).hasMessageContaining("not valid TOML");
        assertThat(rules().list().rules()).containsExactly(rule("*", "*", Strategy.MANUAL));
    }

    @Test
    void counters_add_up_what_both_sides_moved() throws SQLException {
        for (Device device : new Device[] {fleet.a(), fleet.b()}) {
            new Rules(device.settings())
                    .set(new RuleDraft(
                            "products",
                            "update_update",
                            "merge",
                            null,
                            List.of("stock", "weight", "\"Sold\""),
                            "local_wins",
                            0));
        }
        fleet.a().exec("INSERT INTO products VALUES (1, 'tea', 10, 0, 1.50), (2, 'milk', 10, 0, NULL)");
        fleet.settle();
        fleet.a().exec("UPDATE products SET stock = stock - 3, weight = 1.25, name = 'green tea' WHERE id = 1");
        fleet.b().exec("UPDATE products SET stock = stock - 3, weight = 2.00 WHERE id = 1");
        fleet.a().exec("UPDATE products SET weight = 1 WHERE id = 2");
        fleet.b().exec("UPDATE products SET weight = 2, stock = NULL WHERE id = 2");
        fleet.settle();

        // base NULL counts as 0; what one side alone changed is taken
        assertThat(fleet.onHub("SELECT id, name, stock, weight FROM products ORDER BY id"))
                .containsExactly("1|green tea|4|1.75", "2|milk|∅|3");
        assertThat(fleet.a().rows("SELECT * FROM products ORDER BY id"))
                .isEqualTo(fleet.onHub("SELECT * FROM products ORDER BY id"));
        assertThat(fleet.b().rows("SELECT * FROM products ORDER BY id"))
                .isEqualTo(fleet.onHub("SELECT * FROM products ORDER BY id"));
    }

    @Test
    void a_counter_that_one_side_made_null_goes_to_the_fallback() throws SQLException {
        new Rules(fleet.b().settings())
                .set(new RuleDraft("products", "update_update", "merge", null, List.of("stock"), "remote_wins", 0));
        fleet.a().exec("INSERT INTO products VALUES (1, 'tea', 10, 0, 1)");
        fleet.settle();
        fleet.a().exec("UPDATE products SET stock = NULL");
        fleet.b().exec("UPDATE products SET stock = 7");
        fleet.settle();
        assertThat(fleet.onHub("SELECT stock FROM products")).containsExactly("∅");
        assertThat(fleet.b().rows("SELECT stock FROM products")).containsExactly("∅");
    }

    @Test
    void counters_that_both_sides_moved_to_the_same_value_moved_twice() throws SQLException {
        new Rules(fleet.b().settings())
                .set(new RuleDraft("*", "update_update", "merge", null, List.of("stock"), "manual", 0));
        fleet.a().exec("INSERT INTO products VALUES (1, 'tea', 10, 0, 1)");
        fleet.settle();
        fleet.a().exec("UPDATE products SET stock = stock - 3");
        fleet.b().exec("UPDATE products SET stock = stock - 3");
        fleet.settle();
        assertThat(fleet.onHub("SELECT stock FROM products")).containsExactly("4");
        assertThat(fleet.a().rows("SELECT stock FROM products")).containsExactly("4");
        assertThat(fleet.b().rows("SELECT stock FROM products")).containsExactly("4");
    }

    @Test
    void a_counter_that_would_overflow_waits_for_a_person() throws SQLException {
        new Rules(fleet.b().settings())
                .set(new RuleDraft("products", "update_update", "merge", null, List.of("\"Sold\""), "manual", 0));
        fleet.a().exec("INSERT INTO products VALUES (1, 'tea', 10, 0, 1), (2, 'milk', 1, 1, 1)");
        fleet.settle();
        fleet.a().exec("UPDATE products SET \"Sold\" = 30000 WHERE id = 1");
        fleet.b()
                .exec(
                        "UPDATE products SET \"Sold\" = 30000 WHERE id = 1; UPDATE products SET name = 'oat' WHERE id = 2");
        fleet.settle();
        assertThat(fleet.onHub("SELECT id, name, \"Sold\" FROM products ORDER BY id"))
                .containsExactly("1|tea|30000", "2|oat|1");
        assertThat(fleet.b().conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.resolved()).isFalse();
            assertThat(conflict.message()).contains("out of range");
        });
    }
}
