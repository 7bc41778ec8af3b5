package dev.offsync.cli;

import dev.offsync.config.GlobalOption;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.ResolveResult;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.ui.ConflictPrompt;
import java.time.InstantSource;
import java.util.List;

/** Asks the person at the terminal about each conflict; every answer is carried out as if it had come as options. */
record ConflictDialog(Session session) {
    boolean isPossible() {
        return session.console().canAsk(json()) && !session.settings().isOn(GlobalOption.NO_INPUT);
    }

    private boolean json() {
        return session.settings().isOn(GlobalOption.JSON);
    }

    ResolveResult run(List<Long> ids, ConflictFilter filter, boolean dryRun) {
        Verbs verbs = session.verbs();
        List<OpenConflict> open = verbs.openConflicts(session.settings(), ids, filter);
        ConflictPrompt.Outcome outcome = ConflictPrompt.run(
                session.console(),
                Preferences.of(session.settings()).color(),
                json(),
                InstantSource.system(),
                open,
                id -> verbs.openQuestion(session.settings(), id),
                (chosen, choice) -> verbs.resolveConflicts(
                                session.settings(),
                                new ResolveOptions(chosen, filter, choice.use(), choice.set(), null, dryRun))
                        .resolved());
        if (outcome.interrupted()) {
            int decided = outcome.resolved().size();
            throw new OffsyncException(
                    Reason.INTERRUPTED,
                    "interrupted",
                    decided == 0 ? "nothing was decided" : "what was decided is kept (conflicts: " + decided + ")");
        }
        int left = verbs.openConflicts(session.settings(), List.of(), new ConflictFilter(null, null, false))
                .size();
        return new ResolveResult(outcome.resolved(), left, dryRun);
    }
}
