package dev.offsync.model;

import java.util.Locale;

/** Which row a person keeps in a conflict. */
public enum Use {
    LOCAL,
    REMOTE,
    LATEST,
    MERGE;

    /** The word of {@code --use}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
