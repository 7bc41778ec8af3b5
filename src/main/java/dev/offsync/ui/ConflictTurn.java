package dev.offsync.ui;

import dev.offsync.model.Choice;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The questions about one conflict, until there is an answer. Decides nothing itself. */
final class ConflictTurn {
    enum Kind {
        CHOICE,
        REPEAT,
        SKIP,
        QUIT
    }

    /**
     * What the person wants.
     *
     * @param choice given with CHOICE alone
     * @param repeat how the same could be done for other conflicts, if it could
     */
    record Answer(
            Kind kind, @Nullable Choice choice, @Nullable Repeat repeat) {
        Answer(Kind kind) {
            this(kind, null, null);
        }

        Choice chosen() {
            return Objects.requireNonNull(choice);
        }
    }

    private static final String KEYS = "[l]ocal [r]emote [m]erge [e]dit [d]etails [s]kip [a]ll [q]uit [?] > ";

    private static final List<String> HELP = List.of(
            "l  keep the local row; the hub gets it with the next push",
            "r  keep the hub's row; the local one stays in the log (conflicts undo)",
            "m  merge: what one side alone changed is taken, you are asked for the rest",
            "e  edit a column by hand; if others are in dispute, l, r or m follows",
            "d  show the full rows",
            "s  skip this conflict: it stays open",
            "a  apply your last choice to all that remain of this table and type",
            "q  stop; what was decided is kept",
            "?  show this help");

    private final Dialog dialog;
    private final ConflictScreen screen;
    private final OpenQuestion question;
    private final String place;
    private final Map<String, @Nullable String> set = new LinkedHashMap<>();
    private boolean shown;

    ConflictTurn(Dialog dialog, ConflictScreen screen, String place) {
        this.dialog = dialog;
        this.screen = screen;
        this.question = screen.question();
        this.place = place;
    }

    /** What was edited turned out not to fit. */
    void forget() {
        set.clear();
    }

    Answer next() throws Dialog.Ended {
        if (!shown) {
            dialog.show(screen.summary(place, set));
            shown = true;
        }
        while (true) {
            String key = dialog.ask(KEYS, Dialog.Help.NONE).strip().toLowerCase(Locale.ROOT);
            @Nullable
            Answer answer =
                    switch (key) {
                        case "l", "local" -> chosen(Use.LOCAL, Map.of());
                        case "r", "remote" -> chosen(Use.REMOTE, Map.of());
                        case "m", "merge" -> merged();
                        case "e", "edit" -> edited();
                        case "s", "skip" -> new Answer(Kind.SKIP);
                        case "a", "all" -> new Answer(Kind.REPEAT);
                        case "q", "quit" -> new Answer(Kind.QUIT);
                        default -> shown(key);
                    };
            if (answer != null) {
                return answer;
            }
        }
    }

    private @Nullable Answer shown(String key) {
        switch (key) {
            case "" -> {
                // A lone Enter is nobody's decision.
            }
            case "d", "details" -> dialog.show(screen.everything());
            case "?", "help" -> dialog.show(HELP);
            default -> dialog.show(screen.paragraph("'" + key + "' is none of l r m e d s a q ? (? explains them)"));
        }
        return null;
    }

    private Answer chosen(Use use, Map<String, Use> sides) {
        // A typed value fits this row alone.
        boolean repeatable = sides.keySet().containsAll(set.keySet());
        return new Answer(
                Kind.CHOICE,
                new Choice(use, new LinkedHashMap<>(set)),
                repeatable ? new Repeat(use, Map.copyOf(sides)) : null);
    }

    private @Nullable Answer merged() throws Dialog.Ended {
        if (!question.mergeable()) {
            dialog.show(screen.paragraph("There are no two versions of one row to merge: say l, r or e."));
            return null;
        }
        var sides = new LinkedHashMap<String, Use>();
        for (String column : undecided()) {
            if (!side(column, sides)) {
                sides.keySet().forEach(set::remove);
                return null;
            }
        }
        return chosen(Use.MERGE, sides);
    }

    /** Asks where a column that both sides changed comes from; false where the person goes back. */
    private boolean side(String column, Map<String, Use> sides) throws Dialog.Ended {
        ConflictEntry entry = question.conflict();
        dialog.show(screen.paragraph(
                column + ": local " + shown(Use.LOCAL, column) + ", remote " + shown(Use.REMOTE, column)));
        while (true) {
            String key = dialog.ask("[l]ocal [r]emote [e]dit [b]ack > ", Dialog.Help.NONE)
                    .strip()
                    .toLowerCase(Locale.ROOT);
            switch (key) {
                case "l", "r", "local", "remote" -> {
                    Use side = key.startsWith("l") ? Use.LOCAL : Use.REMOTE;
                    sides.put(column, side);
                    set.put(column, Repeat.value(entry, side, column));
                    return true;
                }
                case "e", "edit" -> {
                    set.put(column, typed(column));
                    return true;
                }
                case "b", "back" -> {
                    return false;
                }
                default -> {
                    // Asked again.
                }
            }
        }
    }

    private String shown(Use side, String column) {
        return ConflictScreen.brief(ConflictText.cell(Repeat.value(question.conflict(), side, column)));
    }

    private @Nullable Answer edited() throws Dialog.Ended {
        dialog.show(screen.paragraph("columns: " + String.join(", ", question.settable())));
        String typed = dialog.ask("column > ", new Dialog.Help(question.settable(), null));
        List<String> named = question.settable().stream()
                .filter(column -> column.equals(typed)
                        || column.equals(typed.strip())
                        || Printable.of(column).equals(typed.strip()))
                .limit(1)
                .toList();
        if (named.isEmpty()) {
            dialog.show(screen.paragraph(
                    typed.isBlank() ? "Nothing was edited." : "There is no column " + typed + " to set."));
            return null;
        }
        set.put(named.get(0), typed(named.get(0)));
        if (!question.mergeable()) {
            return chosen(question.conflict().local() != null ? Use.LOCAL : Use.REMOTE, Map.of());
        }
        List<String> rest = undecided();
        if (rest.isEmpty()) {
            return chosen(Use.MERGE, Map.of());
        }
        dialog.show(screen.summary(place, set));
        dialog.show(screen.paragraph(
                "Still in dispute: " + String.join(", ", rest) + ". l, r or m decides it, e edits on."));
        return null;
    }

    private List<String> undecided() {
        var rest = new ArrayList<>(question.contested());
        rest.removeAll(set.keySet());
        return rest;
    }

    /** The value that the person gives a column, the old one where only Enter is pressed. */
    private @Nullable String typed(String column) throws Dialog.Ended {
        ConflictEntry entry = question.conflict();
        Row row = entry.local() != null ? entry.local() : entry.remote();
        @Nullable String old = set.containsKey(column) || row == null ? set.get(column) : row.get(column);
        String typable = TypedValue.of(old);
        dialog.show(screen.paragraph(column + " is " + ConflictScreen.brief(typable)));
        dialog.show(screen.paragraph(TypedValue.RULES));
        String typed = dialog.ask("new value > ", new Dialog.Help(List.of(), typable));
        return typed.isEmpty() ? old : TypedValue.parse(typed);
    }
}
