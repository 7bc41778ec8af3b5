package dev.offsync.ui;

import dev.offsync.model.Choice;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A choice that can be made again for other rows: a side, or a merge in which a person said for columns that both sides
 * changed which side counts. A typed value fits one row only and is never repeated.
 */
record Repeat(Use use, Map<String, Use> sides) {
    /** Conflicts that are settled together, in one transaction. */
    record Group(List<Long> ids, Choice choice) {}

    /** The choice for each of {@code conflicts} that it answers in full. */
    List<Group> over(List<OpenConflict> conflicts, LongFunction<Optional<OpenQuestion>> look) {
        var plain = new ArrayList<Long>();
        var groups = new ArrayList<Group>();
        for (OpenConflict conflict : conflicts) {
            if (use != Use.MERGE) {
                plain.add(conflict.id());
                continue;
            }
            look.apply(conflict.id()).flatMap(this::merged).ifPresent(set -> {
                if (set.isEmpty()) {
                    plain.add(conflict.id());
                } else {
                    groups.add(new Group(List.of(conflict.id()), new Choice(use, set)));
                }
            });
        }
        if (!plain.isEmpty()) {
            groups.add(0, new Group(plain, new Choice(use, Map.of())));
        }
        return groups;
    }

    /** The values of the columns that both sides changed; nothing where one of them was not chosen before. */
    private Optional<Map<String, @Nullable String>> merged(OpenQuestion question) {
        if (!question.mergeable() || !sides.keySet().containsAll(question.contested())) {
            return Optional.empty();
        }
        var set = new LinkedHashMap<String, @Nullable String>();
        for (String column : question.contested()) {
            set.put(column, value(question.conflict(), Objects.requireNonNull(sides.get(column)), column));
        }
        return Optional.of(set);
    }

    /** What {@code column} holds on a side; the row must be there. */
    static @Nullable String value(ConflictEntry entry, Use side, String column) {
        @Nullable Row row = side == Use.LOCAL ? entry.local() : entry.remote();
        return Objects.requireNonNull(row).get(column);
    }
}
