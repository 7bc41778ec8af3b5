package dev.offsync.ui;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Open conflicts for the prompt to ask about. */
final class Questions {
    private Questions() {}

    static Row row(@Nullable String... namesAndValues) {
        var values = new LinkedHashMap<String, @Nullable String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(Objects.requireNonNull(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return new Row(values);
    }

    /** A conflict about table products; columns are those of the rows, and {@code id} is the key. */
    static OpenQuestion of(
            long id, String type, @Nullable Row base, @Nullable Row local, @Nullable Row remote, String... contested) {
        var entry = new ConflictEntry(
                id,
                "products",
                String.valueOf(id),
                type,
                base,
                local,
                remote,
                Samples.NOW.minusSeconds(120),
                Samples.NOW.minusSeconds(7200),
                3L,
                5L,
                "manual",
                Samples.NOW,
                false,
                null,
                null,
                null,
                null,
                "manual: a person decides",
                List.of());
        Row ground = remote != null ? remote : Objects.requireNonNull(local);
        var settable = new ArrayList<>(ground.columns());
        settable.remove("id");
        return new OpenQuestion(entry, List.of(contested), settable);
    }

    /** Both sides changed the price, this side the name, too. */
    static OpenQuestion prices(long id) {
        return of(
                id,
                "update_update",
                row("id", "" + id, "name", "Tea", "price", "1"),
                row("id", "" + id, "name", "Green tea", "price", "2"),
                row("id", "" + id, "name", "Tea", "price", "3"),
                "price");
    }
}
