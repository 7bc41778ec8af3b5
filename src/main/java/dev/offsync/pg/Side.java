package dev.offsync.pg;

/** Which of the two databases is meant. */
public enum Side {
    LOCAL("the local database"),
    HUB("the hub");

    private final String words;

    Side(String words) {
        this.words = words;
    }

    /** The side as a message names it. */
    @Override
    public String toString() {
        return words;
    }
}
