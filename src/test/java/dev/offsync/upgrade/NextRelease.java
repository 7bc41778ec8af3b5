package dev.offsync.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The release after this one, as a jar: today's, with one migration more on the hub and one more on the device. Made as a
 * developer would make it, by a script and its name in the list of the schema's class.
 */
final class NextRelease {
    private static final Path SOURCES = Path.of("src/main/java/dev/offsync");

    private static final Pattern LIST = Pattern.compile("List\\.of\\(((?:\\s*\"[^\"]+\\.sql\",?)+)\\)");

    private NextRelease() {}

    /** Writes the jar to {@code folder}; it serves whom today's release serves. */
    static Path jar(Path today, Path folder) throws IOException {
        Path next = Files.copy(today, folder.resolve("next.jar"));
        Path source = Files.createDirectories(folder.resolve("source"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String hubScript = withOneMore("hub/HubSchema.java", source);
        String localScript = withOneMore("local/device/LocalSchema.java", source);
        compile(today, source, classes);
        try (FileSystem jar = FileSystems.newFileSystem(next)) {
            put(classes, jar.getPath("/"));
            Files.writeString(
                    jar.getPath("dev/offsync/sql/hub", hubScript),
                    "ALTER TABLE offsync.device ADD COLUMN nickname text NOT NULL DEFAULT 'none';\n");
            Files.writeString(
                    jar.getPath("dev/offsync/sql/local", localScript), "CREATE TABLE offsync.novelty (id integer);\n");
        }
        return next;
    }

    /** Copies a schema's class with another script at the end of its list; returns the script's name. */
    private static String withOneMore(String name, Path folder) throws IOException {
        String text = Files.readString(SOURCES.resolve(name));
        Matcher list = LIST.matcher(text);
        assertThat(list.find()).as(name).isTrue();
        long scripts = list.group(1).chars().filter(c -> c == '"').count() / 2;
        String script = "%04d_novelty.sql".formatted(scripts + 1);
        Path copy = folder.resolve("dev/offsync").resolve(name);
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, text.substring(0, list.end(1)) + ", \"" + script + "\"" + text.substring(list.end(1)));
        return script;
    }

    private static void compile(Path jar, Path source, Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(source);
                var manager = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            var complaints = new StringWriter();
            List<String> options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-Xlint:none",
                    "--release",
                    "17",
                    "-cp",
                    jar.toString(),
                    "-d",
                    classes.toString());
            boolean compiled = ToolProvider.getSystemJavaCompiler()
                    .getTask(complaints, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as("%s", complaints).isTrue();
        }
    }

    private static void put(Path folder, Path jar) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, jar.resolve(folder.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
