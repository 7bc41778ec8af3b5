package dev.offsync.testing;

import dev.offsync.testing.FaultProxy.Direction;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link FaultProxy}: per direction a thread that reads and one that delivers when due. */
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 16 * 1024;
    /** So that a fast sender is slowed down instead of filling the heap. */
    private static final int CHUNKS_UNDER_WAY = 1024;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final AtomicInteger encryptionRequests = new AtomicInteger();
    private final AtomicInteger openDirections = new AtomicInteger(2);
    /** The direction that bytes went in last; what the client says first answers the connection that was made. */
    private final AtomicReference<Direction> speaking = new AtomicReference<>(Direction.TO_CLIENT);

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    ProxiedConnection(FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        carry(Direction.TO_SERVER, client, server);
        carry(Direction.TO_CLIENT, server, client);
    }

    /** Ends both sides with a TCP reset, as a broken link does. */
    void reset() {
        for (Socket socket : List.of(client, server)) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException ignored) {
                // it is closed already
            }
        }
        proxy.ended(this);
        threads.forEach(Thread::interrupt);
    }

    private void carry(Direction direction, Socket from, Socket to) {
        var underWay = new LinkedBlockingQueue<Chunk>(CHUNKS_UNDER_WAY);
        threads.add(Daemon.start(() -> read(direction, from, underWay)));
        threads.add(Daemon.start(() -> deliver(to, underWay)));
    }

    private void read(Direction direction, Socket from, BlockingQueue<Chunk> underWay) throws InterruptedException {
        var framing = new MessageFraming(direction, encryptionRequests);
        var buffer = new byte[CHUNK_BYTES];
        Chunk chunk;
        do {
            int length = readSome(from, buffer);
            if (length > 0 && speaking.getAndSet(direction) != direction && direction == Direction.TO_SERVER) {
                proxy.turned();
            }
            long due = System.nanoTime() + proxy.latency().toNanos();
            chunk = length < 0
                    ? new Chunk(buffer, 0, Chunk.Next.CLOSED, due)
                    : admitted(buffer, length, due, proxy.pendingCut(direction), framing);
            underWay.put(chunk);
        } while (chunk.next() == Chunk.Next.MORE);
    }

    private Chunk admitted(byte[] buffer, int length, long due, @Nullable Cut cut, MessageFraming framing) {
        if (cut == null) {
            framing.read(buffer, length, Long.MAX_VALUE);
            return new Chunk(buffer, length, Chunk.Next.MORE, due);
        }
        int admitted = cut.admit(buffer, length, framing);
        if (!cut.isDue()) {
            return new Chunk(buffer, admitted, Chunk.Next.MORE, due);
        }
        return proxy.struck(cut)
                ? new Chunk(buffer, admitted, Chunk.Next.CUT, due)
                : new Chunk(buffer, length, Chunk.Next.MORE, due);
    }

    /** Up to a buffer full; -1 at the end of the connection, whether closed or reset. */
    private static int readSome(Socket from, byte[] buffer) {
        try {
            return from.getInputStream().read(buffer);
        } catch (IOException e) {
            return -1;
        }
    }

    private void deliver(Socket to, BlockingQueue<Chunk> underWay) throws IOException, InterruptedException {
        Chunk chunk;
        do {
            chunk = underWay.take();
            waitUntil(chunk.dueNanos());
            proxy.awaitSpeech();
            to.getOutputStream().write(chunk.bytes());
        } while (chunk.next() == Chunk.Next.MORE);
        if (chunk.next() == Chunk.Next.CUT) {
            reset();
        } else {
            endDirection(to);
        }
    }

    private void endDirection(Socket to) throws IOException {
        to.shutdownOutput();
        if (openDirections.decrementAndGet() == 0) {
            client.close();
            server.close();
            proxy.ended(this);
        }
    }

    private static void waitUntil(long dueNanos) throws InterruptedException {
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
