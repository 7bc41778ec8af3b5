package dev.offsync.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two changes of one row that met. {@code local} and {@code remote} are null where that side deleted the row;
 * {@code base} is the row both started from, null where it is unknown. Versions: the hub's version of the remote row, and
 * the local version (base version + captured operations since). Times are when each change was made, on the hub's clock.
 */
public record Conflict(
        TableName table,
        String recordId,
        ConflictType type,
        @Nullable Row base,
        @Nullable Row local,
        @Nullable Row remote,
        long localVersion,
        long remoteVersion,
        @Nullable Instant localChangedAt,
        @Nullable Instant remoteChangedAt,
        List<String> keyColumns) {}
