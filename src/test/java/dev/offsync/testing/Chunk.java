package dev.offsync.testing;

import java.util.Arrays;

/** Bytes under way through a {@link FaultProxy}, and what becomes of the connection after them. */
final class Chunk {
    /** What follows the bytes. */
    enum Next {
        MORE,
        CLOSED,
        CUT
    }

    private final byte[] bytes;
    private final Next next;
    /** By {@link System#nanoTime}. */
    private final long dueNanos;

    Chunk(byte[] buffer, int length, Next next, long dueNanos) {
        this.bytes = Arrays.copyOf(buffer, length);
        this.next = next;
        this.dueNanos = dueNanos;
    }

    byte[] bytes() {
        return bytes;
    }

    Next next() {
        return next;
    }

    long dueNanos() {
        return dueNanos;
    }
}
