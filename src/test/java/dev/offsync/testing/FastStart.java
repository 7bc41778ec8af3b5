package dev.offsync.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Options for the virtual machine by which a jar starts in a third of the time, since the tests start it some hundred
 * times: the fast compiler alone, a collector without threads, and the archive of loaded classes that {@code dist/bin/offsync} makes for operators.
 */
final class FastStart {
    private static final Map<Path, List<String>> OPTIONS = new ConcurrentHashMap<>();

    private FastStart() {}

    static List<String> of(Path jar) {
        return OPTIONS.computeIfAbsent(jar.toAbsolutePath(), FastStart::options);
    }

    private static List<String> options(Path jar) {
        var options = new ArrayList<String>();
        options.add("-XX:TieredStopAtLevel=1");
        options.add("-XX:+UseSerialGC");
        Path known = Path.of(System.getProperty("java.home"), "lib", "classlist");
        if (Files.isReadable(jar) && Files.isReadable(known)) {
            try {
                options.add("-XX:SharedArchiveFile=" + dump(jar, known));
            } catch (IOException e) {
                throw new IllegalStateException("cannot make an archive of the classes of " + jar, e);
            }
        }
        return List.copyOf(options);
    }

    private static Path dump(Path jar, Path known) throws IOException {
        Path folder = Files.createTempDirectory("offsync-classes");
        folder.toFile().deleteOnExit();
        Path classes = folder.resolve("classes");
        Files.write(classes, Files.readAllLines(known));
        Files.write(classes, Files.readAllLines(Path.of("dist", "offsync.classes")), StandardOpenOption.APPEND);
        Path archive = folder.resolve("offsync.jsa");
        Process dump = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:dump",
                        "-XX:SharedClassListFile=" + classes,
                        "-XX:SharedArchiveFile=" + archive,
                        "-cp",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await(dump);
        classes.toFile().deleteOnExit();
        archive.toFile().deleteOnExit();
        return archive;
    }

    private static void await(Process dump) throws IOException {
        try {
            if (!dump.waitFor(2, TimeUnit.MINUTES) || dump.exitValue() != 0) {
                dump.destroyForcibly();
                throw new IOException("java -Xshare:dump did not end well");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
