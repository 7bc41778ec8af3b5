package dev.offsync.sync.run;

import dev.offsync.model.ColumnShape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What somebody did to a table between two looks at its columns: the first difference, in words. */
final class ShapeChange {
    private final String table;
    private final String where;
    private final List<ColumnShape> then;
    private final List<ColumnShape> now;
    private @Nullable String column;
    private @Nullable String message;

    /** @param then empty where nobody has looked before */
    ShapeChange(String table, String where, List<ColumnShape> then, List<ColumnShape> now) {
        this.table = table;
        this.where = where;
        this.then = then;
        this.now = now;
        if (!then.isEmpty() && !names(then).equals(names(now))) {
            names();
        } else if (!then.isEmpty()) {
            key();
            for (int i = 0; i < then.size() && message == null; i++) {
                column(then.get(i), now.get(i));
            }
        }
    }

    boolean found() {
        return message != null;
    }

    @Nullable
    String column() {
        return column;
    }

    String message() {
        return String.valueOf(message);
    }

    private void names() {
        for (ColumnShape old : then) {
            if (named(now, old.name()).isEmpty()) {
                String renamed = now.stream()
                        .filter(c -> c.number() == old.number()
                                && named(then, c.name()).isEmpty())
                        .map(ColumnShape::name)
                        .findFirst()
                        .orElse(null);
                say(
                        old.name(),
                        "column " + old.name() + " of table " + table
                                + (renamed == null ? " is gone " : " is called " + renamed + " now ") + where);
                return;
            }
        }
        Optional<ColumnShape> added =
                now.stream().filter(c -> named(then, c.name()).isEmpty()).findFirst();
        if (added.isPresent()) {
            String name = added.get().name();
            say(name, "column " + name + " of table " + table + " is new " + where);
        } else {
            say(null, "the columns of table " + table + " are in another order " + where);
        }
    }

    private void key() {
        for (int i = 0; i < then.size(); i++) {
            if (then.get(i).place() != now.get(i).place()) {
                String key = now.stream()
                        .filter(c -> c.place() > 0)
                        .sorted((a, b) -> Integer.compare(a.place(), b.place()))
                        .map(ColumnShape::name)
                        .collect(Collectors.joining(", "));
                say(
                        now.get(i).name(),
                        "table " + table
                                + (key.isEmpty()
                                        ? " has no primary key any more "
                                        : " has the primary key (" + key + ") now ")
                                + where + "; column " + now.get(i).name() + " made the difference");
                return;
            }
        }
    }

    private void column(ColumnShape old, ColumnShape current) {
        String name = "column " + old.name() + " of table " + table;
        if (!old.type().equals(current.type())) {
            say(old.name(), name + " is of type " + current.type() + " and no longer " + old.type() + " " + where);
        } else if (old.notNull() != current.notNull()) {
            say(old.name(), name + (current.notNull() ? " must not be NULL any more " : " may be NULL now ") + where);
        }
    }

    private void say(@Nullable String about, String words) {
        column = about;
        message = words;
    }

    private static List<String> names(List<ColumnShape> columns) {
        return columns.stream().map(ColumnShape::name).toList();
    }

    private static Optional<ColumnShape> named(List<ColumnShape> columns, String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
