package dev.offsync.local.queue;

import dev.offsync.model.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An operation that the hub does not have; {@code changedAt} is on the hub's clock. */
public record PendingOperation(
        long id,
        String xid,
        boolean inserted,
        @Nullable Row oldRow,
        @Nullable Row newRow,
        Instant changedAt,
        String state) {}
