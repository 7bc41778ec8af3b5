package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final Collection<String> COMMANDS =
            CommandTree.full().getSubcommands().keySet();

    @ParameterizedTest
    @CsvSource({"pusch,push", "statsu,status", "staus,status", "conflict,conflicts", "devcies,devices", "conf,conflicts"
    })
    void the_nearest_word_alone_is_suggested(String typed, String meant) {
        assertThat(Suggestion.nearest(typed, COMMANDS)).contains(meant).hasSizeLessThan(3);
    }

    @Test
    void words_that_are_equally_near_are_all_suggested() {
        assertThat(Suggestion.nearest("pul", List.of("pull", "push", "pulp"))).containsExactly("pull", "pulp");
    }

    @ParameterizedTest
    @CsvSource({"banana", "replicate", "''"})
    void nothing_is_suggested_for_a_word_like_no_other(String typed) {
        assertThat(Suggestion.nearest(typed, COMMANDS)).isEmpty();
    }
}
