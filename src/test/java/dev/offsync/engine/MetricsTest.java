package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.model.Progress;
import dev.offsync.sync.Config;
import dev.offsync.sync.Deinit;
import dev.offsync.sync.DeinitOptions;
import dev.offsync.sync.Devices;
import dev.offsync.sync.DevicesOptions;
import dev.offsync.sync.Push;
import dev.offsync.sync.Status;
import dev.offsync.sync.StatusOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.testing.PrometheusText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that metrics_file names, after runs that end well and runs that do not. */
class MetricsTest {
    @TempDir
    private Path directory;

    private Path file;
    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE products (id integer PRIMARY KEY, price integer CHECK (price > 0))", "products");
        file = directory.resolve("offsync.prom");
        writeTo(file);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_run_tells_the_queue_by_state_what_it_moved_and_how_it_ended() throws SQLException, IOException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10), (2, 20)");
        fleet.hub().exec("INSERT INTO products VALUES (3, 30)");
        fleet.a().sync();
        fleet.a().exec("INSERT INTO products VALUES (4, 40)");
        new Status(fleet.a().settings(), Progress.NONE).run(new StatusOptions(false, null));

        Map<String, Double> metrics = metrics();
        assertThat(metrics)
                .containsEntry("offsync_queue_operations{state=completed}", 2.0)
                .containsEntry("offsync_queue_operations{state=pending}", 1.0)
                .containsEntry("offsync_queue_operations{state=processing}", 0.0)
                .containsEntry("offsync_queue_operations{state=failed}", 0.0)
                .containsEntry("offsync_queue_operations{state=conflict}", 0.0)
                .containsEntry("offsync_queue_parked", 0.0)
                .containsEntry("offsync_conflicts_open", 0.0)
                .containsEntry("offsync_run_rows{command=sync, direction=pushed}", 2.0)
                .containsEntry("offsync_run_rows{command=sync, direction=pulled}", 1.0)
                .containsEntry("offsync_run_exit_code{command=sync}", 0.0)
                .containsEntry("offsync_run_exit_code{command=status}", 0.0)
                .containsKeys("offsync_oldest_pending_seconds", "offsync_run_duration_seconds{command=sync}");
        assertThat(metrics.get("offsync_run_bytes{command=sync, direction=sent}"))
                .isGreaterThan(100);
        assertThat(metrics.get("offsync_run_bytes{command=sync, direction=received}"))
                .isGreaterThan(100);
        double now = System.currentTimeMillis() / 1000.0;
        assertThat(metrics.get("offsync_last_success_timestamp_seconds")).isBetween(now - 300, now + 300);
    }

    @Test
    void a_rejected_operation_is_exit_code_4() throws SQLException, IOException {
        fleet.a().exec("ALTER TABLE products DROP CONSTRAINT products_price_check");
        fleet.a().exec("INSERT INTO products VALUES (1, -1)");
        fleet.a().push();

        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=push}", 4.0)
                .containsEntry("offsync_queue_parked", 1.0);
    }

    @Test
    void an_offline_run_writes_too_and_keeps_the_last_success() throws SQLException, IOException {
        fleet.a().push();
        double success = metrics().get("offsync_last_success_timestamp_seconds");
        fleet.a().exec("INSERT INTO products VALUES (1, 10)");
        var cut = new Device("a", fleet.a().database(), "postgresql://nobody@localhost:1/none");

        assertThatThrownBy(() -> new Push(cut.settings(), Progress.NONE).run(PushOptions.everything()))
                .isInstanceOf(OffsyncException.class);

        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=push}", 13.0)
                .containsEntry("offsync_queue_operations{state=pending}", 1.0)
                .containsEntry("offsync_last_success_timestamp_seconds", success);
    }

    @Test
    @Tag("guarantee-20")
    void a_run_whose_memory_ends_writes_that_it_failed() throws SQLException, IOException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10)");
        assertThatThrownBy(() -> LocalSession.locked(fleet.a().settings(), "push", session -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=push}", 1.0)
                .containsEntry("offsync_queue_operations{state=pending}", 1.0);
    }

    @Test
    void a_dry_run_leaves_the_file_alone() throws SQLException {
        new Push(fleet.a().settings(), Progress.NONE).run(new PushOptions(List.of(), null, null, null, false, true));
        assertThat(file).doesNotExist();
    }

    @Test
    void others_may_read_it_and_nothing_else_is_left_in_its_directory() throws IOException {
        fleet.a().push();
        fleet.a().pull();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_file_that_cannot_be_written_fails_no_run() throws SQLException {
        writeTo(directory.resolve("missing/offsync.prom"));
        fleet.a().exec("INSERT INTO products VALUES (1, 10)");
        assertThat(fleet.a().push().exitCode()).isZero();
        writeTo(directory);
        assertThat(fleet.a().push().exitCode()).isZero();
    }

    @Test
    void a_look_at_the_settings_writes_too_and_keeps_what_is_known_of_the_device() throws SQLException, IOException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10)");
        new Config(fleet.a().settings()).list();
        new Config(fleet.a().settings()).get("batch_size");
        new Config(fleet.a().settings()).set("batch_size", "500");
        new Devices(fleet.a().settings()).list(new DevicesOptions(false, null));
        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=config list}", 0.0)
                .containsEntry("offsync_run_exit_code{command=config get}", 0.0)
                .containsEntry("offsync_run_exit_code{command=config set}", 0.0)
                .containsEntry("offsync_run_exit_code{command=devices list}", 0.0)
                .containsEntry("offsync_queue_operations{state=pending}", 1.0);
    }

    @Test
    void deinit_writes_too_and_after_it_there_is_no_device_to_tell_of() throws SQLException, IOException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10)");
        var deinit = new Deinit(fleet.a().settings());
        assertThatThrownBy(() -> deinit.run(new DeinitOptions(false, false, false)))
                .isInstanceOf(OffsyncException.class);
        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=deinit}", 2.0)
                .containsEntry("offsync_queue_operations{state=pending}", 1.0);

        deinit.run(new DeinitOptions(false, true, true));
        assertThat(metrics()).containsEntry("offsync_run_exit_code{command=deinit}", 2.0);

        deinit.run(new DeinitOptions(false, true, false));
        assertThat(metrics())
                .containsEntry("offsync_run_exit_code{command=deinit}", 0.0)
                .doesNotContainKey("offsync_queue_operations{state=pending}");
    }

    private void writeTo(Path path) throws SQLException {
        fleet.a().exec("""
                INSERT INTO offsync.sync_config VALUES ('metrics_file', ?)
                ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value
                """, path.toString());
    }

    private Map<String, Double> metrics() throws IOException {
        return PrometheusText.parse(Files.readString(file));
    }
}
