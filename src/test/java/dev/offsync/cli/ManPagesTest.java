package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** man/ holds a page for every command, as the commands are now. */
class ManPagesTest {
    @Test
    void the_committed_pages_are_those_of_the_commands() {
        Map<String, String> fresh = ManPages.all();
        new Committed("man", "\\.[157]").refreshed(fresh).isAsIn(fresh);
    }

    @Test
    void every_page_of_a_command_describes_it_and_has_examples_and_exit_statuses() {
        var bare = new ArrayList<String>();
        Map<String, String> pages = ManPages.all();
        Documents.leaves().keySet().forEach(command -> {
            ManSource source = ManSource.of(ManPages.page(command));
            if (source.before("EXAMPLES").isEmpty() || source.from("EXAMPLES").isEmpty()) {
                bare.add("src/man/" + ManPages.page(command) + ".txt");
            }
            assertThat(pages.get(ManPages.page(command) + ".1"))
                    .contains(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\n", ".SH ENVIRONMENT\n", ".SH SYNOPSIS\n");
        });
        assertThat(bare).as("write # DESCRIPTION and # EXAMPLES").isEmpty();
    }

    @Test
    void groff_finds_nothing_to_complain_of(@TempDir Path directory) throws IOException, InterruptedException {
        assumeThat(Path.of("/usr/bin/groff")).exists();
        for (var page : ManPages.all().entrySet()) {
            Path file = Files.writeString(directory.resolve(page.getKey()), page.getValue());
            Process groff = new ProcessBuilder(
                            List.of("groff", "-man", "-Tutf8", "-ww", "-z", "-rCHECKSTYLE=1", file.toString()))
                    .redirectErrorStream(true)
                    .start();
            String complaints = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(groff.waitFor()).isZero();
            assertThat(complaints).as(page.getKey()).isEmpty();
        }
    }
}
