package dev.offsync.sync.pull;

import dev.offsync.model.RowName;
import java.util.Set;

/** Rows in conflict made way for the hub's in vain: the chunk is to be applied again, and they are to stay. */
final class Misfits extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Set<RowName> rows;

    Misfits(Set<RowName> rows) {
        super("rows do not fit beside those of the hub", null, false, false);
        this.rows = rows;
    }

    Set<RowName> rows() {
        return rows;
    }
}
