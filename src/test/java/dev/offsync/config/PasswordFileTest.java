package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    @TempDir
    Path directory;

    @Test
    void the_first_line_that_fits_counts() throws IOException {
        PasswordFile file = file("rw-------", "# hub", "hub:5432:shop:other:no", "hub:*:*:till:first", "*:*:*:*:last");
        assertThat(file.passwordFor("hub", 5432, "shop", "till")).contains("first");
        assertThat(file.passwordFor("hub2", 5432, "shop", "till")).contains("last");
    }

    @Test
    void backslashes_keep_colons_and_backslashes() throws IOException {
        PasswordFile file = file("rw-------", "\\:\\:1:5432:a\\\\b:t\\*:p\\:a\\\\ss:word");
        assertThat(file.passwordFor("::1", 5432, "a\\b", "t*")).contains("p:a\\ss:word");
    }

    @Test
    void lines_that_do_not_fit_are_passed_over() throws IOException {
        PasswordFile file = file("rw-------", "", "hub:5432:shop", "hub:5433:shop:till:no");
        assertThat(file.passwordFor("hub", 5432, "shop", "till")).isEmpty();
        assertThat(file.refusal()).isNull();
    }

    @Test
    void a_file_that_others_can_read_is_refused() throws IOException {
        for (String permissions : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"}) {
            PasswordFile file = file(permissions, "*:*:*:*:hidden");
            assertThat(file.passwordFor("hub", 5432, "shop", "till")).isEmpty();
            assertThat(file.refusal()).contains("chmod 600").doesNotContain("hidden");
        }
    }

    @Test
    void a_missing_file_is_no_complaint() {
        var file = new PasswordFile(directory.resolve("none"));
        assertThat(file.refusal()).isNull();
        assertThat(file.passwordFor("hub", 5432, "shop", "till")).isEqualTo(Optional.empty());
    }

    private PasswordFile file(String permissions, String... lines) throws IOException {
        Path path = directory.resolve("pgpass");
        Files.writeString(path, String.join("\n", lines));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return new PasswordFile(path);
    }
}
