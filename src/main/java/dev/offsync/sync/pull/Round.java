package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.local.device.Cursors.Last;
import dev.offsync.model.SyncedTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that lies in the inbox.
 *
 * @param confirmed the snapshot that every table has been read up to, durably; null where one was never read
 * @param replicaPosition how far the replica was that was read; null: the hub itself was
 * @param rows how many came
 * @param last the row that came last in the order of the feed; null in the last chunk
 * @param whole whether it is the last one
 * @param goesOn whether there were others before it
 */
record Round(
        List<Source> sources,
        Map<Integer, Cursor> cursors,
        String snapshot,
        @Nullable String confirmed,
        @Nullable String replicaPosition,
        long rows,
        @Nullable Last last,
        boolean whole,
        boolean goesOn) {
    List<SyncedTable> tables() {
        return sources.stream().map(Source::table).toList();
    }
}
