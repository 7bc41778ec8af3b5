package dev.offsync.model;

import java.util.Locale;

/** How a conflict is settled; {@link #MANUAL} leaves it to a person. */
public enum Strategy {
    LWW,
    VERSION,
    LOCAL_WINS,
    REMOTE_WINS,
    MERGE,
    CUSTOM,
    REKEY,
    MANUAL;

    /** The word used in tables, options and JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The strategy that {@code word} names, or an IllegalArgumentException. */
    public static Strategy of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
