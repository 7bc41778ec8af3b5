package dev.offsync.sync.conflicts;

import dev.offsync.local.ConflictLog;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says of a conflict who changed what and when, and what decided it. */
public record Explanation(LocalSession session) {
    public ConflictDetail of(ConflictEntry entry) throws SQLException {
        ConflictLog.Background background = new ConflictLog(session.database()).background(entry.id());
        Long skew = background.clockSkewMs();
        Instant changed = entry.localChangedAt();
        return new ConflictDetail(
                entry,
                session.device().name(),
                skew,
                changed == null ? null : changed.plusMillis(skew == null ? 0 : skew),
                changes(entry.base(), entry.local()),
                // Over a unique value the hub's row is another one.
                entry.type().equals(ConflictType.UNIQUE_VIOLATION.word())
                        ? null
                        : changes(entry.base(), entry.remote()),
                background.undoneAt(),
                background.undoneBy(),
                sentence(entry));
    }

    private static String sentence(ConflictEntry entry) {
        String message = entry.message() == null ? "" : ": " + entry.message();
        return entry.resolved()
                ? "settled by " + entry.resolvedBy() + " with " + entry.resolution() + message
                : "open" + message;
    }

    /** The columns that {@code side} has other values in than the base; null where there is nothing to compare. */
    private static @Nullable List<String> changes(@Nullable Row base, @Nullable Row side) {
        return base == null || side == null
                ? null
                : side.columns().stream()
                        .filter(column -> !base.has(column) || !Objects.equals(base.get(column), side.get(column)))
                        .toList();
    }
}
