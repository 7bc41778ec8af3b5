package dev.offsync.config;

import java.util.Locale;

/** Where a value came from; earlier ones win over later ones. */
public enum Origin {
    OPTION,
    ENVIRONMENT,
    FILE,
    SYNC_CONFIG,
    DEFAULT;

    /** The word that {@code config list} shows. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean beats(Origin other) {
        return compareTo(other) < 0;
    }
}
