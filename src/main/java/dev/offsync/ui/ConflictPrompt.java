package dev.offsync.ui;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Choice;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.ResolveResult.Resolved;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks a person about one conflict after the other. What is decided is carried out at once, by the function that is
 * passed in, so nothing is lost however the conversation ends.
 */
public final class ConflictPrompt {
    /** Carries a choice out on all of the conflicts or, where one of them refuses it, on none. */
    @FunctionalInterface
    public interface Decide {
        /** @throws OffsyncException if the choice does not fit, or cannot be carried out now */
        List<Resolved> decide(List<Long> ids, Choice choice);
    }

    /** What was decided, and whether Ctrl-C ended it. */
    public record Outcome(List<Resolved> resolved, boolean interrupted) {}

    private final Dialog dialog;
    private final Style style;
    private final InstantSource clock;
    private final LongFunction<Optional<OpenQuestion>> look;
    private final Decide decide;
    private final List<Resolved> resolved = new ArrayList<>();
    private @Nullable Repeat last;

    /** @param look the conflict as it is now; nothing where it is not open any more */
    ConflictPrompt(
            Dialog dialog, Style style, InstantSource clock, LongFunction<Optional<OpenQuestion>> look, Decide decide) {
        this.dialog = dialog;
        this.style = style;
        this.clock = clock;
        this.look = look;
        this.decide = decide;
    }

    /** Goes through {@code conflicts} on the process's own terminal. */
    public static Outcome run(
            Console console,
            Color color,
            boolean onError,
            InstantSource clock,
            List<OpenConflict> conflicts,
            LongFunction<Optional<OpenQuestion>> look,
            Decide decide) {
        try (Dialog dialog = console.dialog(onError)) {
            return new ConflictPrompt(dialog, new Style(color.on(console, true)), clock, look, decide).ask(conflicts);
        }
    }

    Outcome ask(List<OpenConflict> conflicts) {
        var left = new ArrayList<>(conflicts);
        try {
            while (!left.isEmpty()) {
                Optional<OpenQuestion> question = look.apply(left.get(0).id());
                if (question.isEmpty() || !turn(question.get(), left, conflicts.size())) {
                    left.remove(0);
                }
            }
            return new Outcome(resolved, false);
        } catch (Dialog.Ended end) {
            return new Outcome(resolved, end.interrupted());
        }
    }

    /** Asks about the first of {@code left}; true where that list already is what remains. */
    private boolean turn(OpenQuestion question, List<OpenConflict> left, int all) throws Dialog.Ended {
        var screen = new ConflictScreen(question, style, dialog.width(), clock.instant());
        var turn = new ConflictTurn(dialog, screen, (all - left.size() + 1) + " of " + all);
        while (true) {
            ConflictTurn.Answer answer = turn.next();
            switch (answer.kind()) {
                case QUIT -> {
                    left.clear();
                    return true;
                }
                case SKIP -> {
                    return false;
                }
                case REPEAT -> {
                    if (repeat(question, left)) {
                        return true;
                    }
                }
                case CHOICE -> {
                    Choice choice = answer.chosen();
                    if (moved(question)) {
                        return true;
                    }
                    if (carriedOut(List.of(question.conflict().id()), choice)) {
                        last = answer.repeat();
                        return false;
                    }
                    turn.forget();
                }
            }
        }
    }

    /** Whether the conflict is another one than the person has seen: then it is shown again. */
    private boolean moved(OpenQuestion seen) {
        boolean moved = !look.apply(seen.conflict().id()).filter(seen::equals).isPresent();
        if (moved) {
            dialog.show(List.of("It changed while you were deciding; nothing was done. This is how it is now:"));
        }
        return moved;
    }

    private boolean repeat(OpenQuestion question, List<OpenConflict> left) {
        Repeat again = last;
        if (again == null) {
            dialog.show(List.of("There is no choice to repeat: l, r or m must have been the last one."));
            return false;
        }
        List<OpenConflict> alike = left.stream()
                .filter(one -> one.table().equals(question.conflict().table())
                        && one.type().equals(question.conflict().type()))
                .toList();
        int before = resolved.size();
        for (Repeat.Group group : again.over(alike, look)) {
            if (carriedOut(group.ids(), group.choice())) {
                left.removeIf(one -> group.ids().contains(one.id()));
            }
        }
        return resolved.size() > before;
    }

    private boolean carriedOut(List<Long> ids, Choice choice) {
        try {
            List<Resolved> done = decide.decide(ids, choice);
            resolved.addAll(done);
            var lines = new ArrayList<String>();
            for (Resolved one : done) {
                lines.addAll(Fold.lines(
                        Printable.of("-> conflict " + one.id() + ": " + one.table() + " key " + one.recordId() + ", "
                                + one.resolution()),
                        dialog.width()));
            }
            dialog.show(lines);
            return true;
        } catch (OffsyncException refused) {
            if (refused.reason() != Reason.USAGE && refused.reason() != Reason.LOCKED) {
                throw refused;
            }
            String hint = refused.hint() == null ? "" : " (" + refused.hint() + ")";
            dialog.show(Fold.lines(Printable.of(refused.getMessage() + hint), dialog.width()));
            return false;
        }
    }
}
