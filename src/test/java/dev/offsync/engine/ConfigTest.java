package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.config.CommandLineSettings;
import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.ConfigChange;
import dev.offsync.model.Setting;
import dev.offsync.sync.Config;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings are shown with their origin, and kept in the local database where they may be. */
class ConfigTest {
    @AutoClose
    private final TestDatabase database = TestDatabases.create(TestServers.device());

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    private Config config() {
        return config(database.url());
    }

    private Config config(@Nullable String local) {
        return new Config(Settings.resolve(
                new CommandLineSettings(local, null, null, null, null, null, Map.of()), environment, home));
    }

    private void prepare() throws SQLException {
        database.exec("CREATE TABLE t (id integer PRIMARY KEY)");
        Device.alone(database, "t");
    }

    private Setting setting(String key) {
        return config().list().settings().stream()
                .filter(s -> s.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static OffsyncException refusal(ThrowingCallable call) {
        return catchThrowableOfType(OffsyncException.class, call);
    }

    @Test
    void every_value_says_where_it_came_from() throws Exception {
        prepare();
        Path file = home.resolve(".config/offsync/config.toml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "color = \"never\"\nretention = \"30d\"\n");
        environment.put("OFFSYNC_BATCH_SIZE", "7");
        config().set("max_retry_count", "9");

        assertThat(setting("local").origin()).isEqualTo("option");
        assertThat(setting("local").value())
                .doesNotContain(":" + database.address().password());
        assertThat(setting("batch_size"))
                .isEqualTo(new Setting("batch_size", "7", "environment", "OFFSYNC_BATCH_SIZE"));
        assertThat(setting("retention")).isEqualTo(new Setting("retention", "30d", "file", file + ":2"));
        assertThat(setting("max_retry_count")).isEqualTo(new Setting("max_retry_count", "9", "sync_config", null));
        assertThat(setting("sync_interval")).isEqualTo(new Setting("sync_interval", "300", "default", null));
        assertThat(config().get("retention").value()).isEqualTo("30d");
        assertThat(config().get("color").source()).isEqualTo(file + ":1");
    }

    @Test
    void a_value_that_is_set_is_kept_and_can_be_taken_away() throws SQLException {
        prepare();
        ConfigChange set = config().set("batch_size", "500");
        assertThat(set)
                .isEqualTo(new ConfigChange(
                        "batch_size", null, "500", new Setting("batch_size", "500", "sync_config", null)));
        assertThat(config().set("batch_size", "600").previous()).isEqualTo("500");
        assertThat(database.rows("SELECT config_value FROM offsync.sync_config WHERE config_key = 'batch_size'"))
                .containsExactly("600");
        ConfigChange unset = config().unset("batch_size");
        assertThat(unset.previous()).isEqualTo("600");
        assertThat(unset.stored()).isNull();
        assertThat(unset.effective().value()).isEqualTo("10000");
        assertThat(config().unset("batch_size").previous()).isNull();
    }

    @Test
    void what_stands_above_the_database_is_said() throws SQLException {
        prepare();
        environment.put("OFFSYNC_BATCH_SIZE", "7");
        assertThat(config().set("batch_size", "500").effective())
                .isEqualTo(new Setting("batch_size", "7", "environment", "OFFSYNC_BATCH_SIZE"));
    }

    @Test
    void settings_are_shown_without_a_database_and_in_one_that_is_not_prepared() {
        assertThat(config(null).list().settings()).contains(new Setting("retention", "7d", "default", null));
        assertThat(config(null).get("batch_size").origin()).isEqualTo("default");
        assertThat(config().list().settings()).contains(new Setting("retention", "7d", "default", null));
        assertThat(refusal(() -> config().set("retention", "3d")).reason()).isEqualTo(Reason.NOT_INITIALISED);
        assertThat(refusal(() -> config(null).set("retention", "3d")).reason()).isEqualTo(Reason.CONFIG);
    }

    @Test
    void an_unknown_key_and_a_bad_value_are_refused_with_what_is_allowed() throws SQLException {
        prepare();
        OffsyncException key = refusal(() -> config().set("batchsize", "5"));
        assertThat(key.reason().exitCode()).isEqualTo(2);
        assertThat(key.hint()).contains("batch_size", "metrics_file");
        assertThat(refusal(() -> config().get("batchsize")).hint()).contains("batch_size");
        assertThat(refusal(() -> config().unset("batchsize")).hint()).contains("batch_size");
        OffsyncException value = refusal(() -> config().set("batch_size", "many"));
        assertThat(value.reason().exitCode()).isEqualTo(2);
        assertThat(value.hint()).contains("from 1 to 1000000");
        assertThat(refusal(() -> config().set("local", "postgresql://x/y")).hint())
                .contains("--local", "OFFSYNC_LOCAL");
        assertThat(database.rows("SELECT config_key FROM offsync.sync_config")).isEmpty();
    }

    @Test
    void a_password_is_refused_with_the_way_to_give_one() throws SQLException {
        prepare();
        OffsyncException refusal = refusal(() -> config().set("remote_password", "hidden"));
        assertThat(refusal.reason().exitCode()).isEqualTo(2);
        assertThat(refusal.hint()).contains("OFFSYNC_REMOTE_PASSWORD", "--remote-password-file", ".pgpass");
        assertThat(refusal).hasMessageNotContaining("hidden");
        OffsyncException url = refusal(() -> config().set("pull_remote", "postgresql://u:hidden@h/d"));
        assertThat(url).hasMessageNotContaining("hidden");
        assertThat(database.rows("SELECT config_key FROM offsync.sync_config")).isEmpty();
    }
}
