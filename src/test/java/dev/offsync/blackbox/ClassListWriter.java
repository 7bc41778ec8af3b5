package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes {@code dist/offsync.classes}, from which the launcher makes its archive, and the list of {@code HeadStart}; run it by
 * name before a release, as CONTRIBUTING.md says. The first is what the commands load beyond the JDK's own list, the second
 * what each of the daily ones loads beyond the JDK's own archive. A class that is not in them takes longer to load, and one
 * that is gone is passed over: an old list makes nothing wrong.
 */
class ClassListWriter {
    private static final Path LIST = Path.of("dist/offsync.classes");
    private static final Path EARLY = Path.of("src/main/resources/dev/offsync/app/early.classes");
    private static final Pattern MADE_UP = Pattern.compile("\\$\\$|/|LambdaForm|\\$Proxy|\\.Generated");
    private static final Pattern LOADED = Pattern.compile("\\S+ (\\S+) source: (?!shared objects file).*");

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

    @Test
    void write_the_classes_to_load_first() throws IOException, SQLException {
        fleet.join(till);
        Set<String> always = loadedBy("status");
        always.retainAll(loadedBy("push"));
        always.retainAll(loadedBy("pull"));
        assertThat(always).contains("dev.offsync.cli.Program", "org.postgresql.Driver");
        Files.write(EARLY, always);
    }

    /** Names in the order of loading, without those that the JVM makes up. */
    private Set<String> loadedBy(String command) throws IOException {
        Path log = directory.resolve(command);
        till.command(command)
                .plain()
                .jvm("-Doffsync.no-head-start=true")
                .jvm("-Xlog:class+load:file=" + log)
                .run();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(LOADED::matcher)
                    .filter(Matcher::matches)
                    .map(line -> line.group(1))
                    .filter(name -> !MADE_UP.matcher(name).find())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }
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
