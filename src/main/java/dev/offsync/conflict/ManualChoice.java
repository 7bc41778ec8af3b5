package dev.offsync.conflict;

import dev.offsync.conflict.Decision.Displace;
import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about a conflict: {@code use} names the row to keep, {@code set} replaces single columns of it;
 * or {@code data} is the row to write, in which columns left out keep the hub's value. With the key of the row that holds
 * a unique value, {@code data} is that row's new content. One choice may be put to many conflicts.
 */
public final class ManualChoice {
    private static final String SIDES = "local, remote, latest or merge";

    private final @Nullable Use use;
    private final Map<String, @Nullable String> set;
    private final @Nullable Row data;

    /** Refuses, as usage errors, a choice that says nothing or contradicts itself. */
    public ManualChoice(@Nullable Use use, Map<String, @Nullable String> set, @Nullable Row data) {
        if (data != null && (use != null || !set.isEmpty())) {
            throw refused("--data is the row to write", "give --data alone, or --use with --set");
        }
        if (data == null && use == null) {
            throw refused("nothing says which row to keep", "add --use with " + SIDES + ", or --data");
        }
        this.use = use;
        this.set = set;
        this.data = data;
    }

    /**
     * The decision for {@code conflict}, never an open one.
     *
     * @throws OffsyncException with the reason USAGE if the choice does not fit this conflict
     */
    public Decision choose(Conflict conflict) {
        if (data != null) {
            return written(conflict, data);
        }
        return switch (Objects.requireNonNull(use)) {
            case LOCAL -> local(conflict, "a person kept the local row");
            case REMOTE -> remote(conflict, "a person kept the hub's row");
            case LATEST -> latest(conflict);
            case MERGE -> merged(conflict);
        };
    }

    /** The columns that both sides changed differently, which a merge cannot decide; none where there is no merge. */
    public static List<String> contested(Conflict conflict) {
        Row local = conflict.local();
        Row remote = conflict.remote();
        return local == null || remote == null || !conflict.type().isAboutOneRow()
                ? List.of()
                : undecided(conflict, merge(conflict, local, remote));
    }

    /** The columns that a person may give a value of its own. */
    public static List<String> settable(Conflict conflict) {
        return WrittenRow.ground(conflict).columns().stream()
                .filter(column -> !conflict.keyColumns().contains(column))
                .toList();
    }

    private static ThreeWay merge(Conflict conflict, Row local, Row remote) {
        Row base = conflict.base() == null ? new Row(Map.of()) : conflict.base();
        return ThreeWay.merge(base, local, remote, Set.of());
    }

    /** A key whose text differs is equal all the same, and stays as the hub writes it. */
    private static List<String> undecided(Conflict conflict, ThreeWay merge) {
        return merge.contested().stream()
                .filter(column -> !conflict.keyColumns().contains(column))
                .toList();
    }

    private Decision latest(Conflict conflict) {
        Decision later = SidePick.later(conflict);
        String because = "a person kept the latest, " + later.because();
        return later instanceof KeepLocal ? local(conflict, because) : remote(conflict, because);
    }

    private Decision local(Conflict conflict, String because) {
        Decision decision = set.isEmpty()
                ? new KeepLocal(because)
                : withSet(conflict, present(conflict, conflict.local(), "on this device"), because);
        if (decision instanceof KeepLocal && conflict.type() == ConflictType.UNIQUE_VIOLATION) {
            throw refused(
                    of(conflict) + ": another row of the hub holds its unique value",
                    "add --set COLUMN=VALUE with a free value, or say --use remote to drop the local row into the log;"
                            + " --data with the key of the other row gives that one another value");
        }
        return decision;
    }

    private Decision remote(Conflict conflict, String because) {
        if (set.isEmpty()) {
            return new KeepRemote(because);
        }
        if (conflict.type() == ConflictType.UNIQUE_VIOLATION) {
            throw refused(of(conflict) + ": the hub's row is another one", "--set changes the local row: --use local");
        }
        return withSet(conflict, present(conflict, conflict.remote(), "on the hub"), because);
    }

    private Decision merged(Conflict conflict) {
        if (conflict.type() == ConflictType.UNIQUE_VIOLATION) {
            throw refused(
                    of(conflict) + ": two different rows cannot be merged", "say --use local with --set, or remote");
        }
        if (conflict.type() == ConflictType.FOREIGN_KEY) {
            throw refused(
                    of(conflict) + ": the conflict is not about columns, so there is nothing to merge",
                    "say --use local or remote");
        }
        Row local = present(conflict, conflict.local(), "on this device");
        Row remote = present(conflict, conflict.remote(), "on the hub");
        ThreeWay merge = merge(conflict, local, remote);
        List<String> undecided = undecided(conflict, merge).stream()
                .filter(column -> !set.containsKey(column))
                .toList();
        if (!undecided.isEmpty()) {
            throw refused(
                    of(conflict) + ": both sides changed " + WrittenRow.listed(undecided),
                    "add --set COLUMN=VALUE for each of them, or say --use local, remote or latest");
        }
        return withSet(conflict, merge.row(), "a person merged: " + merge.account());
    }

    private Decision withSet(Conflict conflict, Row chosen, String because) {
        Row ground = WrittenRow.ground(conflict);
        List<String> settable = settable(conflict);
        List<String> refused = set.keySet().stream()
                .filter(column -> !settable.contains(column))
                .toList();
        if (!refused.isEmpty()) {
            throw refused(
                    of(conflict) + ": --set cannot change " + WrittenRow.listed(refused),
                    "columns that can be set: " + WrittenRow.listed(settable));
        }
        Row kept = WrittenRow.over(ground, chosen, chosen.columns());
        Row row = WrittenRow.over(kept, new Row(set), settable);
        String said = set.isEmpty() ? because : because + ", and set " + WrittenRow.listed(set.keySet());
        return WrittenRow.decision(conflict, row, said);
    }

    private static Decision written(Conflict conflict, Row data) {
        if (WrittenRow.isAboutTheOther(conflict, data)) {
            Row other = Objects.requireNonNull(conflict.remote());
            WrittenRow.unknown(other, data).ifPresent(objection -> {
                throw refused(
                        of(conflict) + ": --data does not fit, " + objection, "give the columns of that row only");
            });
            return new Displace(
                    WrittenRow.over(other, data, data.columns()),
                    "a person took the unique value from the row that held it");
        }
        WrittenRow.objection(conflict, data).ifPresent(objection -> {
            throw refused(of(conflict) + ": --data does not fit, " + objection, "give the columns of this row only");
        });
        Row row = WrittenRow.over(WrittenRow.ground(conflict), data, data.columns());
        return new Write(row, "a person gave the row");
    }

    private Row present(Conflict conflict, @Nullable Row side, String where) {
        if (side == null) {
            throw refused(
                    of(conflict) + ": the row is deleted " + where + ", so there is nothing to "
                            + (use == Use.MERGE ? "merge" : "set"),
                    "say --use local or remote without --set, or give the whole row with --data");
        }
        return side;
    }

    private static String of(Conflict conflict) {
        return conflict.table().display() + " " + conflict.recordId();
    }

    private static OffsyncException refused(String message, String hint) {
        return new OffsyncException(Reason.USAGE, message, hint);
    }
}
