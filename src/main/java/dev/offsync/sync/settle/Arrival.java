package dev.offsync.sync.settle;

import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where rows of the hub that decisions bring to the device go. */
public interface Arrival {
    /** One takes the place of the local row, now or with the next pull. */
    void take(SyncedTable table, String recordId, Settler.Remote remote, @Nullable Row local) throws SQLException;

    /**
     * What was decided does not fit beside the rows that are here now: the two are to meet again when these have moved.
     * False where they will not.
     */
    boolean meetAgain(SyncedTable table, Conflict conflict) throws SQLException;

    /** Whether {@link #takeAll} would take the row; if not, it has to be taken alone. */
    boolean takesWithOthers(Settler.Remote remote);

    /** Each takes the place of the local row that it is in conflict with. Raises what stands against any of that. */
    void takeAll(SyncedTable table, List<Conflict> conflicts) throws SQLException;
}
