package dev.offsync.conflict;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells when there is nothing left for a person to decide, because a side came round or took its change back. */
public final class Dissolution {
    private Dissolution() {}

    /**
     * What becomes of a conflict that has come to nothing, with the reason; nothing where it is still one.
     *
     * @param inserted whether the device made the row, so that there was none at first; else no base is one that nobody knows
     */
    public static Optional<Decision> of(Conflict conflict, Rule rule, boolean inserted) {
        // Counters that both sides moved to the same value have moved twice.
        if (!conflict.type().isAboutOneRow() || !rule.deltaColumns().isEmpty()) {
            return Optional.empty();
        }
        Row local = conflict.local();
        Row remote = conflict.remote();
        Row base = conflict.base();
        if (same(local, remote)) {
            return Optional.of(new KeepRemote("both sides have become the same"));
        }
        // Without a base there was no row at first, and a deletion is what brings that back.
        boolean known = base != null || inserted;
        if (known && same(base, remote)) {
            return Optional.of(new KeepLocal("the hub took its change back, so the local one stands alone"));
        }
        return isTakenBack(conflict, inserted)
                ? Optional.of(new KeepRemote("the local change was taken back, so the hub's stands alone"))
                : Optional.empty();
    }

    /** Whether the changes made here cancel each other: a push would have sent nothing. */
    public static boolean isTakenBack(Conflict conflict, boolean inserted) {
        return (conflict.base() != null || inserted) && same(conflict.local(), conflict.base());
    }

    /** Equal in every column of {@code row}; {@code other} may have columns that it was captured without. */
    public static boolean same(@Nullable Row row, @Nullable Row other) {
        return row == null
                ? other == null
                : other != null
                        && other.values().entrySet().containsAll(row.values().entrySet());
    }
}
