package dev.offsync.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EdgeConfTest {
    private static final Path EDGE_CONF = Path.of("dist/postgresql/edge.conf");

    private static final Pattern SETTING = Pattern.compile("(\\w+) = '?([^']+)'?");

    /** What the design asks for, in the units of pg_settings. */
    private static final Map<String, String> DESIGN = Map.of(
            "synchronous_commit", "off",
            "wal_level", "minimal",
            "shared_buffers", "32768",
            "effective_cache_size", "131072",
            "maintenance_work_mem", "65536",
            "checkpoint_completion_target", "0.9",
            "wal_buffers", "2048",
            "random_page_cost", "1.1",
            "effective_io_concurrency", "200",
            "work_mem", "4096");

    @Test
    void postgresql_starts_with_it_and_has_every_value_of_the_design() throws SQLException, IOException {
        try (EmbeddedServer server = EmbeddedServer.start(settings());
                Sql sql = new Sql(server.address().connect())) {
            DESIGN.forEach(
                    (name, value) -> assertThat(setting(sql, name)).as(name).isEqualTo(value));
            assertThat(sql.rows("SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL"))
                    .isEmpty();
        }
    }

    private static Map<String, String> settings() throws IOException {
        try (Stream<String> lines = Files.lines(EDGE_CONF)) {
            return lines.map(SETTING::matcher)
                    .filter(Matcher::matches)
                    .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));
        }
    }

    private static String setting(Sql sql, String name) {
        try {
            return sql.scalar("SELECT setting FROM pg_settings WHERE name = ?", name);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
