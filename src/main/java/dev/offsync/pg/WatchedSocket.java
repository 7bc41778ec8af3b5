package dev.offsync.pg;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import jdk.net.ExtendedSocketOptions;

/**
 * A socket that gives up a peer that fell silent, and waits for one that is merely busy. Neither a read timeout nor TCP
 * can tell the two apart: a long apply sends nothing for minutes, keepalive probes stop while data is on its way, and a
 * proxy answers them for a hub that is gone. So after half of the time allowed the peer's address is asked on a second
 * connection for the one byte that any PostgreSQL server or pooler gives without a login; if that does not come in the
 * other half, the link is broken.
 */
final class WatchedSocket extends Socket {
    private static final String FELL_SILENT = "it fell silent";

    private final int halfMillis;
    private final Timer writes = new Timer("offsync-silence", true);
    private volatile int driversTimeout;
    private volatile long writingSince;
    private volatile boolean gaveUp;

    WatchedSocket(Duration silence) {
        this.halfMillis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, silence.toMillis() / 2));
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        super.connect(endpoint, timeout);
        int seconds = Math.max(1, halfMillis / 1000);
        setKeepAlive(true);
        if (supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            setOption(ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
            setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.max(1, seconds / 3));
            setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
        writes.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        closeIfWriteIsStuck();
                    }
                },
                halfMillis,
                halfMillis);
    }

    /** The driver's own bound holds where it sets one (while it logs in, or looks for notices); else ours does. */
    @Override
    public synchronized void setSoTimeout(int timeout) throws SocketException {
        driversTimeout = timeout;
        super.setSoTimeout(timeout > 0 ? timeout : halfMillis);
    }

    @Override
    public synchronized int getSoTimeout() {
        return driversTimeout;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                while (true) {
                    try {
                        int count = super.read(buffer, offset, length);
                        Traffic.countReceived(count);
                        return count;
                    } catch (SocketTimeoutException e) {
                        if (driversTimeout > 0) {
                            throw e;
                        }
                        if (!peerAnswers()) {
                            // Not the timeout itself: where it set none, the driver would read on after one.
                            throw new SocketException(FELL_SILENT);
                        }
                    }
                }
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                writingSince = System.nanoTime();
                try {
                    out.write(buffer, offset, length);
                    Traffic.countSent(length);
                } catch (IOException e) {
                    throw gaveUp ? new SocketException(FELL_SILENT) : e;
                } finally {
                    writingSince = 0;
                }
            }
        };
    }

    @Override
    public synchronized void close() throws IOException {
        writes.cancel();
        super.close();
    }

    /** A write has no timeout of its own: closing the socket under it is the one way to end it. */
    private void closeIfWriteIsStuck() {
        long since = writingSince;
        boolean stuck = since != 0
                && System.nanoTime() - since >= Duration.ofMillis(halfMillis).toNanos();
        if (stuck && !peerAnswers() && writingSince == since) {
            gaveUp = true;
            try {
                close();
            } catch (IOException e) {
                writes.cancel();
            }
        }
    }

    /** Sends an SSLRequest (PostgreSQL manual, "SSL Session Encryption") and waits for any answer. */
    private boolean peerAnswers() {
        try (var probe = new Socket()) {
            var address = (InetSocketAddress) getRemoteSocketAddress();
            if (address == null) {
                return false;
            }
            long deadline = System.nanoTime() + Duration.ofMillis(halfMillis).toNanos();
            probe.connect(address, halfMillis);
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            probe.setSoTimeout((int) Math.max(1, left));
            probe.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 210, 22, 47});
            return probe.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
