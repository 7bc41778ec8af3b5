package dev.offsync.bench;

/** One of the ways in which a workload is done, side by side. */
enum Way {
    /** COPY of the same number of rows from one server into an empty table of the other: the unit. */
    COPY("plain COPY"),
    /** A subscription that catches up. */
    REPLICATION("logical replication"),
    /** One operation, one statement, one commit, from a queue of jsonb. */
    NAIVE("one at a time"),
    OFFSYNC("offsync");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
