package dev.offsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A file system in memory that is soon full. Only root may mount one. */
public final class SmallDisk implements AutoCloseable {
    private static final int NOBODY = 65534;

    private final Path home;
    private final List<Runnable> uses = new ArrayList<>();

    private SmallDisk(Path home) {
        this.home = home;
    }

    /** A mounted one, which servers may write to; nothing where this user may not mount. */
    public static Optional<SmallDisk> mount(int megabytes) {
        try {
            Path home = Files.createTempDirectory("offsync-disk-");
            List<String> command = List.of(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "mode=700,uid=" + NOBODY + ",gid=" + NOBODY + ",size=" + megabytes + "m",
                    "offsync-test",
                    home.toString());
            if (run(command) != 0) {
                Files.delete(home);
                return Optional.empty();
            }
            return Optional.of(new SmallDisk(home));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database of {@code server} that lies on this disk, but for the log of its server. */
    public TestDatabase database(ServerAddress server) {
        String name = "disk" + ThreadLocalRandom.current().nextInt(1_000_000);
        onServer(server, "CREATE TABLESPACE " + name + " LOCATION '" + home + "'");
        onServer(server, "CREATE DATABASE " + name + " TABLESPACE " + name);
        var database = new TestDatabase(server, server.withDatabase(name));
        uses.add(() -> {
            TestDatabases.awaitDrop(database);
            onServer(server, "DROP TABLESPACE " + name);
        });
        return database;
    }

    /** Leaves {@code bytes} of room. */
    public void fillUpTo(long bytes) {
        try {
            long room = Files.getFileStore(home).getUsableSpace() - bytes;
            Files.write(home.resolve("ballast"), new byte[(int) Math.max(0, room)]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes back {@link #fillUpTo}. */
    public void free() {
        try {
            Files.deleteIfExists(home.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void onServer(ServerAddress server, String statement) {
        try {
            TestDatabases.onServer(server, statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Databases on it must have been closed. */
    @Override
    public void close() {
        uses.forEach(Runnable::run);
        try {
            run(List.of("umount", "--lazy", home.toString()));
            Files.deleteIfExists(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int run(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
    }
}
