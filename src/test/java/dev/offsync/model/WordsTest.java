package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The words of the closed sets, as tables, options and JSON have them. */
class WordsTest {
    @ParameterizedTest
    @EnumSource
    void the_word_of_a_conflict_type_names_it(ConflictType type) {
        assertThat(ConflictType.of(type.word())).isEqualTo(type);
    }

    @ParameterizedTest
    @EnumSource
    void the_word_of_a_strategy_names_it(Strategy strategy) {
        assertThat(Strategy.of(strategy.word())).isEqualTo(strategy);
    }

    @ParameterizedTest
    @EnumSource
    void the_word_of_a_direction_names_it(Direction direction) {
        assertThat(Direction.of(direction.word())).isEqualTo(direction);
    }

    @ParameterizedTest
    @EnumSource
    void the_word_of_a_reconciliation_names_it(Reconcile reconcile) {
        assertThat(Reconcile.of(reconcile.word())).isEqualTo(reconcile);
    }

    @Test
    void words_are_lower_case() {
        assertThat(ConflictType.UPDATE_UPDATE.word()).isEqualTo("update_update");
        assertThat(Strategy.LOCAL_WINS.word()).isEqualTo("local_wins");
        assertThat(Direction.BOTH.word()).isEqualTo("both");
        assertThat(Reconcile.REJOIN.word()).isEqualTo("rejoin");
        assertThat(Use.LATEST.word()).isEqualTo("latest");
    }

    @Test
    void any_other_word_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Strategy.of("newest"));
    }
}
