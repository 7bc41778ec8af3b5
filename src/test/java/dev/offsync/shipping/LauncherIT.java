package dev.offsync.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.shipping.Launcher.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {
    private static final String VERSION = "offsync \\d+\\.\\d+\\.\\d+\n";

    @TempDir
    private Path directory;

    private Path cache;
    private Launcher offsync;

    @BeforeEach
    void prepare() {
        cache = directory.resolve("cache");
        offsync = Launcher.of(Launcher.TREE.resolve("bin/offsync"), cache);
    }

    @Test
    void the_first_run_makes_an_archive_of_classes_and_the_next_one_uses_it() throws IOException {
        assertVersion(offsync.run("--version"));
        assertThat(archives()).hasSize(1);
        Ending second = offsync.with("OFFSYNC_JAVA_OPTS", "-Xlog:class+load").run("--version");
        assertThat(second.output().lines().filter(line -> line.contains(" dev.offsync.") && !line.contains("Lambda")))
                .isNotEmpty()
                .allMatch(line -> line.contains("shared objects file"));
        assertThat(archives()).hasSize(1);
    }

    @Test
    void two_first_runs_at_once_leave_one_whole_archive() throws IOException {
        List<Process> both = List.of(offsync.start("--version"), offsync.start("--version"));
        both.forEach(process -> assertVersion(Launcher.end(process)));
        assertThat(archives()).hasSize(1);
        assertVersion(offsync.with("OFFSYNC_JAVA_OPTS", "-Xshare:on").run("--version"));
    }

    @Test
    void a_cache_that_cannot_be_written_an_archive_that_is_broken_and_no_cache_are_no_reason_to_fail()
            throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertVersion(offsync.with("OFFSYNC_CACHE_DIR", file.resolve("below").toString())
                .run("--version"));
        assertVersion(offsync.with("OFFSYNC_CACHE_DIR", "").run("--version"));
        assertVersion(offsync.run("--version"));
        Path archive = cache.resolve(archives().get(0));
        Files.delete(archive);
        Files.writeString(archive, "no archive");
        assertVersion(offsync.run("--version"));
    }

    @Test
    void an_archive_that_cannot_be_made_is_not_tried_again_at_once() throws IOException {
        Path tree = copy("broken");
        Path classes = tree.resolve("share/offsync/offsync.classes");
        Files.delete(classes);
        Files.createDirectory(classes);
        Launcher broken = Launcher.of(tree.resolve("bin/offsync"), cache);
        assertVersion(broken.run("--version"));
        List<String> left = archives();
        assertThat(left).hasSize(1).allMatch(name -> name.endsWith(".failed"));
        assertVersion(broken.run("--version"));
        assertThat(archives()).isEqualTo(left);
    }

    @Test
    void it_works_from_a_folder_with_blanks_and_through_links() throws IOException {
        Path tree = copy("a folder");
        Path link = Files.createSymbolicLink(directory.resolve("offsync"), Path.of("a folder/bin/offsync"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), link);
        Path bin = Files.createSymbolicLink(directory.resolve("bin"), tree.resolve("bin"));
        for (Path program : new Path[] {tree.resolve("bin/offsync"), link, second, bin.resolve("offsync")}) {
            assertVersion(Launcher.of(program, cache).run("--version"));
        }
        assertThat(archives()).hasSize(1);
    }

    @Test
    void exit_codes_pass_through() {
        assertThat(offsync.with("OFFSYNC_CACHE_DIR", "").run("push").exitCode()).isEqualTo(2);
    }

    @Test
    void a_signal_reaches_the_program_itself() throws IOException {
        Launcher without = offsync.with("OFFSYNC_CACHE_DIR", "").with("OFFSYNC_CONNECT_TIMEOUT", "60");
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process run = without.start(
                    "status", "--json", "--local", "postgresql://u@127.0.0.1:" + silent.getLocalPort() + "/db");
            silent.accept();
            run.toHandle().destroy();
            Ending ending = Launcher.end(run);
            assertThat(ending.exitCode()).isEqualTo(143);
            assertThat(ending.output()).contains("\"exit_code\":143");
        }
    }

    @Test
    void options_for_the_virtual_machine_are_split_at_blanks_and_win() {
        Launcher without = offsync.with("OFFSYNC_CACHE_DIR", "");
        Ending flags = without.with("OFFSYNC_JAVA_OPTS", "-Xmx96m  -XX:+PrintFlagsFinal")
                .run("--version");
        assertThat(flags.output()).containsPattern("MaxHeapSize += 100663296").containsPattern("UseSerialGC += true");
        assertVersion(without.with("OFFSYNC_JAVA_OPTS", "-XX:+UseParallelGC").run("--version"));
    }

    @Test
    void a_java_that_is_too_old_is_passed_over_and_one_that_was_named_is_refused() throws IOException {
        Path old = directory.resolve("jdk-11");
        Files.createDirectories(old.resolve("bin"));
        Path java = Files.copy(Path.of("/bin/true"), old.resolve("bin/java"));
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"N/A\"\nJAVA_VERSION=\"11.0.2\"\n");
        Launcher without = offsync.with("OFFSYNC_CACHE_DIR", "");
        String path = System.getProperty("java.home") + "/bin:" + System.getenv("PATH");
        assertVersion(
                without.with("JAVA_HOME", old.toString()).with("PATH", path).run("--version"));
        assertThat(without.with("OFFSYNC_JAVA", java.toString()).run("--version"))
                .isEqualTo(new Ending(
                        2,
                        "offsync: OFFSYNC_JAVA=" + java + " is no Java of version 17 or later\n"
                                + "hint: name the java program itself\n"));
    }

    private static void assertVersion(Ending ending) {
        assertThat(ending.output()).matches(VERSION);
        assertThat(ending.exitCode()).isZero();
    }

    private List<String> archives() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Path copy(String name) throws IOException {
        Path to = directory.resolve(name);
        for (String file : new String[] {"bin/offsync", "share/offsync/offsync.jar", "share/offsync/offsync.classes"}) {
            Files.createDirectories(to.resolve(file).getParent());
            Files.copy(Launcher.TREE.resolve(file), to.resolve(file));
        }
        Files.setPosixFilePermissions(
                to.resolve("bin/offsync"), Files.getPosixFilePermissions(Launcher.TREE.resolve("bin/offsync")));
        return to;
    }
}
