package dev.offsync.model;

import java.util.Locale;

/** The kinds of conflict that offsync tells apart. */
public enum ConflictType {
    UPDATE_UPDATE,
    UPDATE_DELETE,
    INSERT_INSERT,
    UNIQUE_VIOLATION,
    FOREIGN_KEY;

    /** The word used in tables, options and JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Two changes of one row, rather than a row against another row or its references. */
    public boolean isAboutOneRow() {
        return this != UNIQUE_VIOLATION && this != FOREIGN_KEY;
    }

    /** The type that {@code word} names, or an IllegalArgumentException. */
    public static ConflictType of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
