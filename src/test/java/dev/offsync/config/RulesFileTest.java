package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.RuleDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesFileTest {
    private static final String RULE = """
            [[rule]]
            table = "items"
            type = "update_update"
            strategy = "lww"
            """;

    @TempDir
    Path directory;

    @Test
    void an_empty_file_has_no_rules() throws IOException {
        assertThat(RulesFile.read(file("# nothing yet\n"))).isEmpty();
    }

    @Test
    void what_a_rule_leaves_out_has_its_default() throws IOException {
        Path file = file(RULE);
        assertThat(RulesFile.read(file))
                .containsExactly(new RulesFile.Entry(
                        new RuleDraft("items", "update_update", "lww", null, List.of(), "manual", 0), file + ":1"));
    }

    @Test
    void rules_come_in_the_order_of_the_file_with_all_that_they_say() throws IOException {
        Path file = file(RULE + """

                [[rule]]
                table = "*"
                type = "*"
                strategy = "custom"
                function = "shop.settle"
                delta = ["stock", "sold"]
                fallback = "version"
                priority = -3
                """);
        assertThat(RulesFile.read(file)).hasSize(2).last().satisfies(entry -> {
            assertThat(entry.place()).isEqualTo(file + ":6");
            assertThat(entry.rule())
                    .isEqualTo(
                            new RuleDraft("*", "*", "custom", "shop.settle", List.of("stock", "sold"), "version", -3));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "strategy = lww              | 1 | the file is not valid TOML",
                "rules = 1                   | 1 | \"rules\" is unknown here",
                "rule = 1                    | 1 | rule is not a list of tables",
                "rule = [1]                  | 1 | rule is not a list of tables",
                "[[rule]];type = \"*\"       | 1 | this rule has no table",
                "[[rule]];tabel = \"*\"      | 2 | a rule has no \"tabel\"",
                "[[rule]];table = 1          | 2 | table must be a text in double quotes",
                "[[rule]];priority = \"1\"   | 2 | priority must be a whole number",
                "[[rule]];priority = 3000000000 | 2 | priority is out of range",
            })
    void another_form_is_refused_with_its_line(String text, int line, String message) throws IOException {
        Path file = file(text.replace(';', '\n'));
        assertThat(refusal(file)).hasMessage(file + ":" + line + ": " + message);
        assertThat(refusal(file).hint()).startsWith("write each rule as [[rule]]");
    }

    @Test
    void delta_is_a_list_of_names() throws IOException {
        Path file = file(RULE + "delta = [\"stock\",\n1]\n");
        assertThat(refusal(file)).hasMessageEndingWith("delta must be a list of column names");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        Path file = directory.resolve("none.toml");
        assertThat(refusal(file)).hasMessage("cannot read the rules file " + file);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("rules.toml"), text);
    }

    private static OffsyncException refusal(Path file) {
        OffsyncException refusal = catchThrowableOfType(OffsyncException.class, () -> RulesFile.read(file));
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        return refusal;
    }
}
