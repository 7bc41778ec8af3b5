package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files that are generated and committed: compared, or with {@code -Dregenerate} written anew. */
final class Committed {
    private final Path directory;
    private final String ends;

    /** @param ends how the names of all generated files of the directory end */
    Committed(String directory, String ends) {
        this.directory = Path.of(directory);
        this.ends = ends;
    }

    /** Writes the files anew, where that was asked for; before any test reads them. */
    Committed refreshed(Map<String, String> fresh) {
        if (System.getProperty("regenerate") != null) {
            write(fresh);
        }
        return this;
    }

    /** Holds the directory against {@code fresh}, text by file name; a file too many is as wrong as one too few. */
    void isAsIn(Map<String, String> fresh) {
        String way = "generated files are not up to date: mvn test -Dtest='SchemasTest,ManPagesTest,CompletionsTest'"
                + " -Dregenerate";
        assertThat(names()).as(way).isEqualTo(new TreeSet<>(fresh.keySet()));
        fresh.forEach((name, text) -> assertThat(read(directory.resolve(name)))
                .as("%s: %s", name, way)
                .isEqualTo(text));
    }

    private void write(Map<String, String> fresh) {
        try {
            Files.createDirectories(directory);
            for (String name : names()) {
                Files.delete(directory.resolve(name));
            }
            for (Map.Entry<String, String> file : fresh.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<String> names() {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*(" + ends + ")"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
