package dev.offsync.sync;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations that a command is to work on: those with {@code ids}, or where there are none, those that match. */
public record QueueChoice(List<Long> ids, @Nullable QueueFilter filter) {
    public static QueueChoice of(List<Long> ids) {
        return new QueueChoice(List.copyOf(ids), null);
    }

    public static QueueChoice matching(QueueFilter filter) {
        return new QueueChoice(List.of(), filter);
    }
}
