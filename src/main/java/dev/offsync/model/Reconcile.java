package dev.offsync.model;

import java.util.Locale;

/** Why the next pull compares every row of a table with the hub, and what it makes of the differences. */
public enum Reconcile {
    /** It does not: only what changed since the cursor comes. */
    NO,
    /** The device's filter changed: rows that are outside it now leave the device. */
    FILTER,
    /** The device's table has a new column, which the hub has values for. */
    FILL,
    /** Somebody asked for it, or the cursor is of no use any more: what the hub does not have goes. */
    FULL,
    /** The hub was restored or replaced: what it does not have is offered back, and rows are compared by content. */
    REJOIN;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Reconcile of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
