package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelatedRowTest {
    @ParameterizedTest
    @CsvSource({
        "holds,   'a,b', 'holds the same a, b'",
        "holds,   '',    holds the same value",
        "missing, a,     is not on the hub",
        "deleted, a,     would be deleted with it",
        "cleared, 'a,b', 'would lose its a, b'",
        "reset,   'a,b', 'would get the default of a, b'",
        "refers,  a,     references it"
    })
    void its_role_says_what_the_effect_means(String effect, String columns, String role) {
        List<String> names = columns.isEmpty() ? List.of() : List.of(columns.split(",", -1));
        assertThat(new RelatedRow("items", "1", effect, "index", names, null, 1L, false).role())
                .isEqualTo(role);
    }
}
