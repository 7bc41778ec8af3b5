package dev.offsync.testing;

import dev.offsync.testing.FaultProxy.Direction;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the ends of messages in one direction of a connection. A message is a type byte and a length that counts itself;
 * the client's first ones have no type byte, and the server answers a request for encryption with a single byte
 * (PostgreSQL manual, 54.2.1 and 54.7).
 */
final class MessageFraming {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    /** Bytes read, and messages that ended in them. */
    record Counted(int bytes, long messages) {}

    private final Direction direction;
    /** Requests for encryption that the server has yet to answer; shared by both directions. */
    private final AtomicInteger requests;

    private final ByteBuffer header = ByteBuffer.allocate(8);
    private boolean started;
    private long bodyLeft;

    MessageFraming(Direction direction, AtomicInteger requests) {
        this.direction = direction;
        this.requests = requests;
        this.started = direction == Direction.TO_CLIENT;
    }

    /** Reads {@code chunk} up to its end or up to the end of the {@code limit}-th message, whichever comes first. */
    Counted read(byte[] chunk, int length, long limit) {
        long messages = 0;
        int at = 0;
        while (at < length && messages < limit) {
            if (bodyLeft > 0) {
                int taken = (int) Math.min(bodyLeft, length - at);
                bodyLeft -= taken;
                at += taken;
                messages += bodyLeft == 0 ? 1 : 0;
            } else {
                messages += endsMessage(chunk[at++]) ? 1 : 0;
            }
        }
        return new Counted(at, messages);
    }

    /** Takes one byte of a header; true where it is the message's last. */
    private boolean endsMessage(byte next) {
        if (direction == Direction.TO_CLIENT && header.position() == 0 && requests.get() > 0) {
            requests.decrementAndGet();
            return true;
        }
        header.put(next);
        int complete = started ? 5 : 8;
        if (header.position() < complete) {
            return false;
        }
        bodyLeft = started ? header.getInt(1) - 4L : header.getInt(0) - 8L;
        noteStart();
        header.clear();
        return bodyLeft == 0;
    }

    private void noteStart() {
        if (started) {
            return;
        }
        int code = header.getInt(4);
        if (code == SSL_REQUEST || code == GSS_REQUEST) {
            requests.incrementAndGet();
        } else {
            started = true;
        }
    }
}
