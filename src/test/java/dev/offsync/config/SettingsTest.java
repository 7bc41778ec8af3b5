package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Setting;
import dev.offsync.model.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void each_origin_beats_the_ones_below_it() throws IOException {
        Map<String, String> stored = Map.of("batch_size", "5");
        assertThat(settings().batchSize()).isEqualTo(10_000);
        assertThat(origin(settings(), "batch_size")).isEqualTo("default");
        assertThat(settings().withStored(stored).batchSize()).isEqualTo(5);
        assertThat(origin(settings().withStored(stored), "batch_size")).isEqualTo("sync_config");
        configFile("batch_size = 4");
        assertThat(settings().withStored(stored).batchSize()).isEqualTo(4);
        assertThat(origin(settings().withStored(stored), "batch_size")).isEqualTo("file");
        environment.put("OFFSYNC_BATCH_SIZE", "3");
        assertThat(settings().withStored(stored).batchSize()).isEqualTo(3);
        assertThat(origin(settings(), "batch_size")).isEqualTo("environment");
        Settings all = Settings.resolve(options(null, null, Map.of("batch_size", "2")), environment, home);
        assertThat(all.withStored(stored).batchSize()).isEqualTo(2);
        assertThat(origin(all, "batch_size")).isEqualTo("option");
    }

    @Test
    void the_defaults_are_those_of_the_contract() {
        Settings settings = settings();
        assertThat(settings.syncInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.maxRetryCount()).isEqualTo(3);
        assertThat(settings.conflictResolution()).isEqualTo(Strategy.LWW);
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.networkTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.conflictRetention()).isEqualTo(Duration.ofDays(90));
        assertThat(settings.maxDelete()).isEqualTo(new MaxDelete(50, true));
        assertThat(settings.maxClockSkew()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.lockWait()).isZero();
        assertThat(settings.metricsFile()).isEmpty();
    }

    @Test
    void a_value_that_is_not_allowed_is_named_by_its_place() throws IOException {
        environment.put("OFFSYNC_BATCH_SIZE", "many");
        assertThat(refusal()).hasMessageStartingWith("OFFSYNC_BATCH_SIZE: ");
        environment.clear();
        Path file = configFile("# comment\nlocal = \"postgresql://h/x\"\nretention = \"long\"");
        assertThat(refusal()).hasMessageStartingWith(file + ":3: ");
    }

    @Test
    void an_unknown_name_in_the_file_is_refused_with_its_line() throws IOException {
        Path file = configFile("batch_size = 1\nbatchsize = 2");
        assertThat(refusal()).hasMessageContaining(file + ":2").hasMessageContaining("batchsize");
        assertThat(refusal().hint()).contains("batch_size", "local_password_file");
        configFile("remote_password = \"hidden\"");
        assertThat(refusal().hint()).contains("remote_password_file").doesNotContain("hidden");
        configFile("[remote]\nhost = \"x\"");
        assertThat(refusal()).hasMessageContaining(":1: remote must be a text");
    }

    @Test
    void a_broken_file_is_refused_without_being_quoted() throws IOException {
        Path file = configFile("# comment\nlocal = \"postgresql://u:hidden@h/x\nbatch_size = 1");
        assertThat(refusal())
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining("not valid TOML")
                .hasMessageNotContaining("hidden");
        assertThat(refusal()).hasNoCause();
    }

    @Test
    void the_file_is_the_named_one_or_the_users() throws IOException {
        Path other = Files.writeString(home.resolve("other.toml"), "batch_size = 7");
        configFile("batch_size = 8");
        assertThat(settings().batchSize()).isEqualTo(8);
        environment.put("OFFSYNC_CONFIG", other.toString());
        assertThat(settings().batchSize()).isEqualTo(7);
        environment.put("OFFSYNC_CONFIG", home.resolve("none.toml").toString());
        assertThat(refusal()).hasMessageContaining("none.toml");
        environment.clear();
        environment.put("XDG_CONFIG_HOME", home.resolve("xdg").toString());
        assertThat(settings().batchSize()).isEqualTo(10_000);
    }

    @Test
    void a_stored_value_that_is_not_allowed_warns_and_counts_as_absent() {
        Settings settings = settings()
                .withStored(
                        Map.of("batch_size", "many", "nonsense", "1", "remote_password", "hidden", "retention", "1d"));
        assertThat(settings.batchSize()).isEqualTo(10_000);
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.warnings())
                .hasSize(3)
                .anyMatch(text -> text.startsWith("sync_config.batch_size was ignored"))
                .noneMatch(text -> text.contains("hidden"));
    }

    @Test
    void switches_may_come_from_the_environment() {
        environment.put("OFFSYNC_JSON", "true");
        environment.put("OFFSYNC_COLOR", "never");
        assertThat(settings().isOn(GlobalOption.JSON)).isTrue();
        assertThat(settings().isOn(GlobalOption.QUIET)).isFalse();
        assertThat(settings().option(GlobalOption.COLOR)).contains("never");
        environment.put("OFFSYNC_JSON", "perhaps");
        assertThat(refusal()).hasMessageStartingWith("OFFSYNC_JSON: ");
    }

    @Test
    void nothing_that_is_shown_holds_a_password() {
        environment.put("OFFSYNC_REMOTE", "postgresql://u:hidden@hub/shop");
        environment.put("OFFSYNC_PULL_REMOTE", "postgresql://u:hidden@replica/shop");
        var options = options("host=l dbname=x password=hidden", null, Map.of());
        Settings settings = Settings.resolve(options, environment, home);
        assertThat(settings.warnings()).hasSize(3).allMatch(text -> text.contains("password"));
        String shown = settings.all()
                + settings.toString()
                + settings.warnings()
                + options
                + settings.local()
                + settings.hub()
                + settings.pullReplica();
        assertThat(shown).doesNotContain("hidden");
        assertThat(settings.hub().password()).isEqualTo("hidden");
    }

    @Test
    void a_name_finds_a_setting_with_its_value_and_place() throws IOException {
        Path file = configFile("# ours\nretention = \"3d\"");
        assertThat(settings().named(" RETENTION ")).isEqualTo(new Setting("retention", "3d", "file", file + ":2"));
        assertThat(settings().named("metrics_file")).isEqualTo(new Setting("metrics_file", null, "default", null));
        assertThat(settings().withStored(Map.of("batch_size", "5")).named("batch_size"))
                .isEqualTo(new Setting("batch_size", "5", "sync_config", null));
    }

    @Test
    void the_metrics_go_where_the_setting_says_or_nowhere() {
        assertThat(settings().metricsFile()).isEmpty();
        environment.put("OFFSYNC_METRICS_FILE", "/var/lib/offsync.prom");
        assertThat(settings().metricsFile()).contains(Path.of("/var/lib/offsync.prom"));
    }

    @Test
    void settings_are_printed_by_their_names_alone() {
        environment.put("OFFSYNC_LOCAL", "postgresql://u:hidden@l/x");
        assertThat(settings().localIsNamed()).isTrue();
        assertThat(settings()).hasToString("Settings[local]");
        environment.clear();
        assertThat(settings().localIsNamed()).isFalse();
    }

    @Test
    void a_password_in_a_url_draws_a_warning_that_names_the_better_place() {
        assertThat(Settings.resolve(options("postgresql://u:p@l/x", null, Map.of()), environment, home)
                        .warnings())
                .singleElement()
                .asString()
                .contains("OFFSYNC_LOCAL_PASSWORD");
        assertThat(Settings.resolve(options(null, "postgresql://u:p@h/x", Map.of()), environment, home)
                        .warnings())
                .singleElement()
                .asString()
                .contains("OFFSYNC_REMOTE_PASSWORD");
    }

    @Test
    void every_key_of_sync_config_is_listed_with_its_origin() {
        assertThat(settings().all())
                .hasSize(ConfigKey.values().length)
                .contains(
                        new Setting("retention", "7d", "default", null),
                        new Setting("metrics_file", null, "default", null));
    }

    private Settings settings() {
        return Settings.resolve(CommandLineSettings.NONE, environment, home);
    }

    private OffsyncException refusal() {
        var refusal = catchThrowableOfType(OffsyncException.class, this::settings);
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        return refusal;
    }

    private static CommandLineSettings options(
            @Nullable String local, @Nullable String remote, Map<String, String> overrides) {
        return new CommandLineSettings(local, remote, null, null, null, null, overrides);
    }

    private static String origin(Settings settings, String key) {
        return settings.all().stream()
                .filter(setting -> setting.key().equals(key))
                .map(Setting::origin)
                .findFirst()
                .orElseThrow();
    }

    private Path configFile(String text) throws IOException {
        Path file = home.resolve(".config/offsync/config.toml");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
