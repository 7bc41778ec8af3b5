package dev.offsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A link to a PostgreSQL server that fails on command. It listens on a port of its own on 127.0.0.1 and passes every
 * connection on. A cut resets the connection on both sides, strikes once, and lets later connections through.
 */
public final class FaultProxy implements AutoCloseable {
    /** Which way bytes travel. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final ServerAddress target;
    private final int port;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Cut> cut = new AtomicReference<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private volatile Duration latency = Duration.ZERO;
    private volatile boolean silences;
    private boolean silent;
    private ServerSocket listener;
    private Thread acceptor;

    private FaultProxy(ServerAddress target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = listener.getLocalPort();
        this.acceptor = serve(listener);
    }

    /** A proxy in front of {@code target}, faultless at first. */
    public static FaultProxy before(ServerAddress target) {
        try {
            return new FaultProxy(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The target's database and login by way of this proxy. */
    public ServerAddress address() {
        return target.via("127.0.0.1", port);
    }

    /** Every byte arrives this much later, in each direction; throughput is not bounded. */
    public FaultProxy latency(Duration oneWay) {
        latency = oneWay;
        return this;
    }

    /** Cuts the connection after {@code bytes} more bytes have gone in that direction. */
    public FaultProxy cutAfterBytes(Direction direction, long bytes) {
        cut.set(new Cut(direction, Cut.Unit.BYTES, bytes));
        return this;
    }

    /**
     * Cuts the connection after {@code messages} more whole messages of PostgreSQL's protocol have gone in that
     * direction, the startup message included (PostgreSQL manual, 54.7). The link must not be encrypted.
     */
    public FaultProxy cutAfterMessages(Direction direction, long messages) {
        cut.set(new Cut(direction, Cut.Unit.MESSAGES, messages));
        return this;
    }

    /** Loses the answer to a COMMIT: the {@code commits}-th one from now on. */
    public FaultProxy cutBeforeAnswerToCommit(long commits) {
        cut.set(new Cut(Direction.TO_CLIENT, Cut.Unit.COMMITS, commits));
        return this;
    }

    /** As {@link #cutAfterMessages}, but instead of a cut the link falls silent, as of {@link #fallSilent}. */
    public FaultProxy fallSilentAfterMessages(Direction direction, long messages) {
        silences = true;
        return cutAfterMessages(direction, messages);
    }

    /** Cuts all present connections now. */
    public FaultProxy cutNow() {
        connections.forEach(ProxiedConnection::reset);
        return this;
    }

    /** From now on nothing arrives anywhere and nobody is told; bytes under way wait for {@link #speak}. */
    public synchronized FaultProxy fallSilent() {
        silent = true;
        return this;
    }

    /** Ends {@link #fallSilent}: what waited is delivered, as TCP would. */
    public synchronized FaultProxy speak() {
        silent = false;
        notifyAll();
        return this;
    }

    /** New connections are refused, present ones go on. */
    public FaultProxy refuse() {
        try {
            listener.close();
            // the system goes on listening until the thread has left its accept
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    /** Ends {@link #refuse}, on the same port. */
    public FaultProxy accept() {
        try {
            var again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listener = again;
            acceptor = serve(again);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Connections accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /**
     * How often a client had to wait for the link so far: once for each connection to be made, and once whenever it sent
     * after it had received.
     */
    public int turns() {
        return turns.get();
    }

    /** Cuts by a count of bytes or messages that have struck so far. */
    public int cuts() {
        return cuts.get();
    }

    @Override
    public void close() {
        refuse();
        cutNow();
    }

    Duration latency() {
        return latency;
    }

    /** Returns when the link is not silent. */
    synchronized void awaitSpeech() throws InterruptedException {
        while (silent) {
            wait();
        }
    }

    /** The cut that waits for traffic in {@code direction}, if any. */
    @Nullable
    Cut pendingCut(Direction direction) {
        Cut pending = cut.get();
        return pending != null && pending.direction() == direction ? pending : null;
    }

    /** Told by the connection that {@code struck} has happened. Returns whether it cuts the connection. */
    boolean struck(Cut struck) {
        if (cut.compareAndSet(struck, null)) {
            cuts.incrementAndGet();
            if (silences) {
                silences = false;
                fallSilent();
                return false;
            }
        }
        return true;
    }

    void turned() {
        turns.incrementAndGet();
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private Thread serve(ServerSocket socket) {
        return Daemon.start(() -> {
            while (!socket.isClosed()) {
                pass(socket.accept());
            }
        });
    }

    private void pass(Socket client) throws IOException {
        accepted.incrementAndGet();
        turned();
        Socket server;
        try {
            server = new Socket(target.host(), target.port());
        } catch (IOException e) {
            client.close();
            return;
        }
        var connection = new ProxiedConnection(this, client, server);
        connections.add(connection);
        connection.start();
    }
}
