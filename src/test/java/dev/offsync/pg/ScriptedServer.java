package dev.offsync.pg;

import dev.offsync.model.Endpoint.Host;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something that listens and answers as a test says, where a real PostgreSQL would not. */
final class ScriptedServer implements AutoCloseable {
    /** What happens to one connection; it stays open until the server is closed. */
    @FunctionalInterface
    interface Script {
        void play(Socket client) throws Exception;
    }

    private final ServerSocket listener;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    private ScriptedServer(Script script) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> serve(script), "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    static ScriptedServer playing(Script script) {
        try {
            return new ScriptedServer(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accepts and says nothing. */
    static ScriptedServer silent() {
        return playing(client -> {});
    }

    /** Answers a startup message with an error, as PgBouncer does. */
    static ScriptedServer refusing(String sqlState, String message) {
        return playing(client -> {
            readMessage(client);
            send(client, 'E', "SFATAL\0C" + sqlState + "\0M" + message + "\0\0");
        });
    }

    /** Lets everybody in and claims to be of {@code version}. */
    static ScriptedServer ofVersion(String version) {
        return playing(client -> {
            readMessage(client);
            send(client, 'R', "\0\0\0\0");
            for (String status : List.of(
                    "server_version\0" + version,
                    "client_encoding\0UTF8",
                    "DateStyle\0ISO",
                    "integer_datetimes\0on",
                    "standard_conforming_strings\0on")) {
                send(client, 'S', status + "\0");
            }
            send(client, 'Z', "I");
        });
    }

    Host host() {
        return new Host("127.0.0.1", listener.getLocalPort());
    }

    /** Reads one message without a type: a startup message or a request for TLS. */
    static byte[] readMessage(Socket client) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return body;
    }

    private static void send(Socket client, char type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer message = ByteBuffer.allocate(bytes.length + 5);
        message.put((byte) type).putInt(bytes.length + 4).put(bytes);
        OutputStream out = client.getOutputStream();
        out.write(message.array());
        out.flush();
    }

    private void serve(Script script) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                script.play(client);
            } catch (Exception e) {
                // The client went away, or the test is over: the next connection is served all the same.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
