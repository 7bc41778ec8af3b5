package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes {@code dist/offsync.classes}, from which the launcher makes its archive; run it by name before a release, as
 * CONTRIBUTING.md says. The list is what the commands load beyond the JDK's own list. A class that is not in it takes longer
 * to load, and one that is gone is passed over: an old list makes nothing wrong.
 */
class ClassListWriter {
    private static final Path LIST = Path.of("dist/offsync.classes");

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();
    private final Set<String> loaded = new TreeSet<>();

    @TempDir
    private Path directory;

    @Test
    void write_the_classes_that_commands_load() throws SQLException, IOException {
        fleet.join(till).join(fleet.van());
        run("--version");
        run("status");
        run("push");
        putToWork();
        for (String command : new String[] {"push", "pull", "sync", "status", "status --json", "push --json"}) {
            run(command);
        }
        run("conflicts list");
        run("conflicts show 1");
        run("purge");
        assertThat(loaded).contains("dev/offsync/app/Main", "org/postgresql/Driver");
        Files.write(LIST, loaded);
    }

    /** A plain change each way, and one row that both sides changed. */
    private void putToWork() throws SQLException {
        fleet.sql("INSERT INTO products (name, price) VALUES ('tea', 2), ('coffee', 3)");
        assertThat(till.offsync("sync").exitCode()).isZero();
        till.sql("INSERT INTO local_data (data_value) VALUES ('made here')");
        till.sql("DELETE FROM products WHERE name = 'tea'");
        fleet.sql("UPDATE products SET price = price + 1");
    }

    private void run(String command) throws IOException {
        Path list = directory.resolve("loaded");
        Files.deleteIfExists(list);
        till.command(command.split(" ", -1))
                .plain()
                .jvm("-XX:DumpLoadedClassList=" + list)
                .run();
        Set<String> known = known();
        try (Stream<String> lines = Files.lines(list)) {
            lines.filter(line -> !line.startsWith("#") && !known.contains(line))
                    // made anew in every run
                    .filter(line -> !line.contains("$Proxy"))
                    .forEach(loaded::add);
        }
    }

    private static Set<String> known() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(System.getProperty("java.home"), "lib", "classlist"))) {
            return lines.map(line -> line.replaceFirst(" .*", ""))
                    .filter(name -> !name.startsWith("@"))
                    .collect(Collectors.toSet());
        }
    }
}
