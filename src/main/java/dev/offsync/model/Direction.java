package dev.offsync.model;

import java.util.Locale;

/** Which way a table's changes travel. */
public enum Direction {
    BOTH,
    PUSH,
    PULL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Direction of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
