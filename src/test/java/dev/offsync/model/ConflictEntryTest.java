package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.ui.ConflictSamples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConflictEntryTest {
    private static final ConflictEntry ENTRY = ConflictSamples.entry();

    @Test
    void another_local_row_is_all_that_differs() {
        Row row = Row.of(List.of("id"), List.of("1"));
        ConflictEntry other = ENTRY.withLocal(row);
        assertThat(other.local()).isEqualTo(row);
        assertThat(other).usingRecursiveComparison().ignoringFields("local").isEqualTo(ENTRY);
    }

    @Test
    void two_versions_of_one_row_can_be_merged() {
        assertThat(mergeable(ENTRY)).isTrue();
    }

    @Test
    void a_row_that_one_side_deleted_and_two_rows_that_collide_cannot() {
        assertThat(mergeable(ENTRY.withLocal(null))).isFalse();
        assertThat(mergeable(ConflictSamples.deletion().withLocal(ENTRY.local())))
                .isFalse();
        assertThat(mergeable(ConflictSamples.collision())).isFalse();
        assertThat(mergeable(ConflictSamples.resolvedEntry())).isFalse();
    }

    private static boolean mergeable(ConflictEntry entry) {
        return new OpenQuestion(entry, List.of(), List.of()).mergeable();
    }
}
