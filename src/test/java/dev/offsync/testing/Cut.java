package dev.offsync.testing;

import dev.offsync.testing.FaultProxy.Direction;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** A cut that strikes when so many bytes or messages have gone in one direction, counted over all connections. */
final class Cut {
    /** What is counted. */
    enum Unit {
        BYTES,
        MESSAGES,
        /** Answers to COMMIT; the cut strikes before the last of them. */
        COMMITS
    }

    /** CommandComplete (PostgreSQL manual, 54.7). */
    private static final byte[] COMMITTED = {'C', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

    private final Direction direction;
    private final Unit unit;
    private final AtomicLong left;

    Cut(Direction direction, Unit unit, long left) {
        this.direction = direction;
        this.unit = unit;
        this.left = new AtomicLong(left);
    }

    Direction direction() {
        return direction;
    }

    /**
     * How many of {@code length} bytes at the start of {@code chunk} may still pass; fewer than {@code length} means
     * that the cut strikes after those.
     */
    int admit(byte[] chunk, int length, MessageFraming framing) {
        if (unit == Unit.BYTES) {
            framing.read(chunk, length, Long.MAX_VALUE);
            long before = left.getAndAdd(-length);
            return before > length ? length : (int) Math.max(0, before);
        }
        if (unit == Unit.COMMITS) {
            framing.read(chunk, length, Long.MAX_VALUE);
            return admitBeforeCommit(chunk, length);
        }
        var counted = framing.read(chunk, length, left.get());
        left.addAndGet(-counted.messages());
        return counted.bytes();
    }

    private int admitBeforeCommit(byte[] chunk, int length) {
        int last = COMMITTED.length;
        for (int at = 0; at + last <= length; at++) {
            if (Arrays.equals(chunk, at, at + last, COMMITTED, 0, last) && left.decrementAndGet() <= 0) {
                return at;
            }
        }
        return length;
    }

    boolean isDue() {
        return left.get() <= 0;
    }
}
