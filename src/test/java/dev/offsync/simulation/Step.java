package dev.offsync.simulation;

import java.util.List;

/** Something that happens in a history. Each stands alone, so any of them can be left out. */
sealed interface Step {
    /** The site that is the hub; devices are numbered from 0. */
    int HUB = -1;

    /** What an operator runs. */
    enum Verb {
        PUSH,
        PULL,
        SYNC
    }

    /**
     * How a run is disturbed; {@code after} counts messages of the protocol, milliseconds for TERMINATE, and for
     * LOST_REPLY answers to COMMIT, the last of which never comes.
     */
    record Fault(Kind kind, int after) {
        static final Fault NONE = new Fault(Kind.NONE, 0);

        enum Kind {
            NONE,
            HUB_LINK_TO_SERVER,
            HUB_LINK_TO_CLIENT,
            LOCAL_LINK_TO_SERVER,
            LOCAL_LINK_TO_CLIENT,
            TERMINATE,
            LOST_REPLY
        }
    }

    /** A transaction of an application; statements that fail are left out of it. */
    record Write(int site, List<String> statements) implements Step {}

    /** A transaction on the hub that stays open. */
    record Open(List<String> statements) implements Step {}

    /** The end of the transaction that has been open longest. */
    record Commit() implements Step {}

    /** A run on a device. */
    record Run(int device, Verb verb, Fault fault) implements Step {}
}
