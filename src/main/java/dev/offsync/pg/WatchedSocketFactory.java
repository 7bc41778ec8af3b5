package dev.offsync.pg;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.SocketFactory;

/**
 * Makes sockets that notice a silent peer; the driver makes it by name.
 *
 * @see WatchedSocket
 */
public final class WatchedSocketFactory extends SocketFactory {
    private final Duration silence;

    /** @param millis how long the peer may be silent, in milliseconds */
    public WatchedSocketFactory(String millis) {
        this.silence = Duration.ofMillis(Long.parseLong(millis));
    }

    @Override
    public Socket createSocket() throws IOException {
        return new WatchedSocket(silence);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(address, port));
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }
}
