package dev.offsync.pg;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that went over this process's connections to the hub, as they were on the wire: encrypted, where TLS is on. */
public record Traffic(long sent, long received) {
    private static final AtomicLong SENT = new AtomicLong();
    private static final AtomicLong RECEIVED = new AtomicLong();

    /** What went over since the process began. */
    public static Traffic soFar() {
        return new Traffic(SENT.get(), RECEIVED.get());
    }

    /** What went over between {@code earlier} and this reading. */
    public Traffic since(Traffic earlier) {
        return new Traffic(sent - earlier.sent, received - earlier.received);
    }

    static void countSent(int bytes) {
        SENT.addAndGet(bytes);
    }

    static void countReceived(int bytes) {
        RECEIVED.addAndGet(Math.max(0, bytes));
    }
}
