package dev.offsync.quickstart;

import dev.offsync.testing.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code Unpack DIRECTORY} puts the PostgreSQL programs that Maven brings there. */
final class Unpack {
    private Unpack() {}

    public static void main(String[] arguments) throws IOException {
        PostgresBinaries.unpackInto(Files.createDirectories(Path.of(arguments[0])));
    }
}
