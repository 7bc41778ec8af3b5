package dev.offsync.sync.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The file that a collector may read at any moment: it is replaced whole, never written in place. */
final class MetricsFile {
    private final Path file;

    MetricsFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The lines it holds now; none where it cannot be read. */
    List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    void replace(String text) throws IOException {
        // A collector takes every *.prom of its directory, so the unfinished file must not end like that.
        Path unfinished = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp");
        try {
            Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8));
            // The collector is another user; createTempFile leaves everybody but the owner out.
            // Not asked of its FileStore: that one looks for a mount point, which a service's own /proc does not show.
            PosixFileAttributeView posix = Files.getFileAttributeView(unfinished, PosixFileAttributeView.class);
            if (posix != null) {
                posix.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
