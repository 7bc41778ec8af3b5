package dev.offsync.conflict;

import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static dev.offsync.model.ConflictType.UPDATE_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictType;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("guarantee-10")
class DetectionTest {
    @Test
    void a_change_on_the_version_the_hub_still_has_is_no_conflict() {
        assertThat(Detection.typeOf(false, 4, true, 4)).isEmpty();
        assertThat(Detection.typeOf(true, 4, true, 4)).isEmpty();
    }

    @Test
    void a_new_row_is_no_conflict() {
        assertThat(Detection.typeOf(false, 0, false, 0)).isEmpty();
        assertThat(Detection.typeOf(false, 0, false, 9))
                .as("over an old tombstone")
                .isEmpty();
        assertThat(Detection.typeOf(false, 9, false, 9))
                .as("over a known tombstone")
                .isEmpty();
    }

    @Test
    void a_row_deleted_on_both_sides_is_no_conflict() {
        assertThat(Detection.typeOf(true, 4, false, 5)).isEmpty();
        assertThat(Detection.typeOf(true, 0, false, 0)).isEmpty();
    }

    @Test
    void two_updates_meet() {
        assertThat(Detection.typeOf(false, 4, true, 5)).contains(UPDATE_UPDATE);
    }

    @Test
    void a_hub_that_went_back_is_met_too() {
        assertThat(Detection.typeOf(false, 4, true, 3)).contains(UPDATE_UPDATE);
    }

    @Test
    void two_inserts_of_one_key_meet() {
        assertThat(Detection.typeOf(false, 0, true, 1)).contains(INSERT_INSERT);
        assertThat(Detection.typeOf(false, 0, true, 0))
                .as("a row older than its tracking")
                .contains(INSERT_INSERT);
    }

    @Test
    void a_deletion_meets_a_change_on_either_side() {
        assertThat(Detection.typeOf(true, 4, true, 5)).contains(UPDATE_DELETE);
        assertThat(Detection.typeOf(false, 4, false, 5)).contains(UPDATE_DELETE);
        assertThat(Detection.typeOf(true, 0, true, 1)).contains(UPDATE_DELETE);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void update_delete_means_that_just_one_side_deleted(boolean localDeleted, boolean hubExists) {
        for (long base = 0; base < 4; base++) {
            for (long hub = 0; hub < 4; hub++) {
                Optional<ConflictType> type = Detection.typeOf(localDeleted, base, hubExists, hub);
                assertThat(type.isEmpty() || (type.get() == UPDATE_DELETE) == (localDeleted == hubExists))
                        .isTrue();
            }
        }
    }
}
