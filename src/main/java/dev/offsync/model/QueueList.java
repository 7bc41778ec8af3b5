package dev.offsync.model;

import java.util.List;

/** Operations of the queue, oldest first; {@code total} counts those, too, that a limit left out. */
public record QueueList(List<QueueEntry> operations, long total) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
