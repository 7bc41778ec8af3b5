package dev.offsync.ui;

import static dev.offsync.ui.Questions.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Choice;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.ResolveResult.Resolved;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of the prompt and what they lead to. */
class ConflictPromptTest {
    private final Map<Long, OpenQuestion> open = new LinkedHashMap<>();
    private final List<String> decided = new ArrayList<>();
    private RuntimeException refusal;
    private ScriptedDialog dialog = ScriptedDialog.typing();

    private void ask(OpenQuestion... questions) {
        for (OpenQuestion question : questions) {
            open.put(question.conflict().id(), question);
        }
    }

    private ConflictPrompt.Outcome typing(String... typed) {
        dialog = ScriptedDialog.typing(typed);
        return run();
    }

    private ConflictPrompt.Outcome run() {
        List<OpenConflict> conflicts = open.values().stream()
                .map(OpenQuestion::conflict)
                .map(entry -> new OpenConflict(entry.id(), entry.table(), entry.recordId(), entry.type()))
                .toList();
        return new ConflictPrompt(
                        dialog,
                        Style.PLAIN,
                        InstantSource.fixed(Samples.NOW),
                        id -> Optional.ofNullable(open.get(id)),
                        this::decide)
                .ask(conflicts);
    }

    private List<Resolved> decide(List<Long> ids, Choice choice) {
        if (refusal != null) {
            RuntimeException now = refusal;
            refusal = null;
            throw now;
        }
        decided.add(ids + " " + choice.use().word() + " " + choice.set());
        ids.forEach(open::remove);
        return ids.stream()
                .map(id -> new Resolved(id, "products", "" + id, choice.use().word(), null))
                .toList();
    }

    @Test
    void l_and_r_decide_one_conflict_after_the_other() {
        ask(Questions.prices(1), Questions.prices(2), Questions.prices(3));
        ConflictPrompt.Outcome outcome = typing("l", "R", "remote");

        assertThat(decided).containsExactly("[1] local {}", "[2] remote {}", "[3] remote {}");
        assertThat(outcome.resolved()).hasSize(3);
        assertThat(dialog.text())
                .contains("1 of 3: products key 1", "2 of 3: products key 2", "-> conflict 1: products key 1, local");
    }

    @Test
    void a_lone_enter_and_an_unknown_key_ask_again() {
        ask(Questions.prices(1));
        typing("", "x", "?", "d", "s");
        assertThat(decided).isEmpty();
        assertThat(dialog.text())
                .contains("'x' is none of l r m e d s a q ?", "a  apply your last choice", "  base    1\n  local   2");
    }

    @Test
    void s_leaves_a_conflict_open_and_q_stops() {
        ask(Questions.prices(1), Questions.prices(2), Questions.prices(3));
        ConflictPrompt.Outcome outcome = typing("s", "l", "q");
        assertThat(decided).containsExactly("[2] local {}");
        assertThat(outcome.interrupted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_was_decided_is_kept_however_it_ends(boolean interrupting) {
        ask(Questions.prices(1), Questions.prices(2));
        dialog = new ScriptedDialog(80, interrupting, "l");
        ConflictPrompt.Outcome outcome = run();
        assertThat(outcome.interrupted()).isEqualTo(interrupting);
        assertThat(outcome.resolved()).hasSize(1);
        assertThat(decided).hasSize(1);
    }

    @Test
    void m_asks_for_the_columns_that_both_sides_changed() {
        ask(Questions.prices(1), Questions.prices(2), Questions.prices(3), Questions.prices(4));
        typing("m", "l", "m", "", "z", "r", "m", "e", "2.50", "m", "b", "s");
        assertThat(decided).containsExactly("[1] merge {price=2}", "[2] merge {price=3}", "[3] merge {price=2.50}");
        assertThat(dialog.text()).contains("price: local 2, remote 3");
    }

    @Test
    void m_asks_nothing_where_no_column_is_in_dispute_and_refuses_a_deleted_row() {
        ask(
                Questions.of(1, "update_update", row("id", "1"), row("id", "1"), row("id", "1")),
                Questions.of(2, "update_delete", row("id", "2", "a", "x"), row("id", "2", "a", "y"), null));
        typing("m", "m", "l");
        assertThat(decided).containsExactly("[1] merge {}", "[2] local {}");
        assertThat(dialog.text()).contains("There are no two versions of one row to merge");
    }

    @Test
    void e_edits_a_column_with_its_old_value_as_default() {
        ask(Questions.prices(1), Questions.prices(2));
        typing("e", "price", "4.20", "e", " price ", "");
        assertThat(decided).containsExactly("[1] merge {price=4.20}", "[2] merge {price=2}");
        assertThat(dialog.offered.get(1).words()).containsExactly("name", "price");
        assertThat(dialog.offered.get(2).recalled()).isEqualTo("2");
        assertThat(dialog.text()).contains("price is 2");
    }

    @Test
    void e_goes_on_while_other_columns_are_in_dispute() {
        ask(Questions.prices(1));
        typing("e", "nothing", "e", "", "e", "name", "\\N", "r");
        assertThat(decided).containsExactly("[1] remote {name=null}");
        assertThat(dialog.text())
                .contains("There is no column nothing to set.", "Nothing was edited.", "Still in dispute: price.");
    }

    @Test
    void e_on_a_row_that_one_side_deleted_keeps_the_row() {
        ask(
                Questions.of(1, "update_delete", null, row("id", "1", "a", "x"), null),
                Questions.of(2, "update_delete", null, null, row("id", "2", "a", "x")));
        typing("e", "a", "y", "e", "a", "z");
        assertThat(decided).containsExactly("[1] local {a=y}", "[2] remote {a=z}");
    }

    @Test
    void a_repeats_the_last_choice_for_this_table_and_type_in_one_go() {
        OpenQuestion other = Questions.of(3, "update_delete", null, row("id", "3"), null);
        ask(Questions.prices(1), Questions.prices(2), other, Questions.prices(4));
        typing("a", "r", "a", "s");
        assertThat(decided).containsExactly("[1] remote {}", "[2, 4] remote {}");
        assertThat(dialog.text()).contains("There is no choice to repeat");
    }

    @Test
    void a_repeats_a_merge_with_the_side_that_was_chosen_for_a_column_and_asks_for_the_rest() {
        var names = Questions.of(
                4,
                "update_update",
                row("id", "4", "name", "a"),
                row("id", "4", "name", "b"),
                row("id", "4", "name", "c"),
                "name");
        ask(Questions.prices(1), Questions.prices(2), Questions.prices(3), names);
        typing("m", "r", "a", "s");
        assertThat(decided).containsExactly("[1] merge {price=3}", "[2] merge {price=3}", "[3] merge {price=3}");
        assertThat(dialog.text()).contains("4 of 4: products key 4");
    }

    @Test
    void a_typed_value_is_never_repeated() {
        ask(Questions.prices(1), Questions.prices(2));
        typing("e", "price", "7", "a", "s");
        assertThat(decided).containsExactly("[1] merge {price=7}");
    }

    @Test
    void a_choice_that_is_refused_is_explained_and_asked_again() {
        ask(Questions.prices(1));
        refusal = new OffsyncException(Reason.USAGE, "the row cannot be written", "nothing was changed");
        typing("e", "price", "abc", "l");
        assertThat(decided).containsExactly("[1] local {}");
        assertThat(dialog.text()).contains("the row cannot be written (nothing was changed)");
        ask(Questions.prices(2));
        refusal = new OffsyncException(Reason.LOCAL_UNREACHABLE, "gone", null);
        assertThatThrownBy(() -> typing("l")).hasMessage("gone");
    }

    @Test
    void a_row_that_changed_while_a_person_was_thinking_is_shown_again() {
        ask(Questions.prices(1));
        OpenQuestion moved = Questions.of(
                1,
                "update_update",
                row("id", "1", "price", "1"),
                row("id", "1", "price", "8"),
                row("id", "1", "price", "9"),
                "price");
        dialog = ScriptedDialog.typing("l", "r");
        var looks = new ArrayList<>(List.of(Questions.prices(1), moved, moved, moved));
        var prompt = new ConflictPrompt(
                dialog,
                Style.PLAIN,
                InstantSource.fixed(Samples.NOW),
                id -> Optional.of(looks.remove(0)),
                this::decide);
        prompt.ask(List.of(new OpenConflict(1, "products", "1", "update_update")));
        assertThat(decided).containsExactly("[1] remote {}");
        assertThat(dialog.text()).contains("It changed while you were deciding");
    }

    @Test
    void values_are_typed_as_copy_writes_them() {
        for (String value : new String[] {"plain", "", "''", "\\N", "a\\b", "two\nlines\tand\r", " x ", "\"q\""}) {
            assertThat(TypedValue.parse(TypedValue.of(value))).isEqualTo(value);
        }
        assertThat(TypedValue.parse(TypedValue.of(null))).isNull();
        assertThat(TypedValue.parse("half\\")).isEqualTo("half\\");
    }
}
