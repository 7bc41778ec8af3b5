package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import dev.offsync.model.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void a_database_that_nobody_named_is_no_guess() {
        environment.put("PGHOST", "somewhere");
        environment.put("PGDATABASE", "shop");
        var local =
                catchThrowableOfType(OffsyncException.class, () -> settings().local());
        assertThat(local.reason()).isEqualTo(Reason.CONFIG);
        assertThat(local.hint()).contains("--local", "OFFSYNC_LOCAL");
        var hub = catchThrowableOfType(OffsyncException.class, () -> settings().hub());
        assertThat(hub.hint()).contains("--remote", "offsync init");
        assertThat(settings().hubIfNamed()).isEmpty();
        assertThat(settings().localIsNamed()).isFalse();
    }

    @Test
    void the_design_s_variables_serve_where_ours_are_unset() {
        environment.put("LOCAL_DB_URL", "postgresql://a/x");
        environment.put("REMOTE_DB_URL", "postgresql://b/y");
        assertThat(settings().local().address()).isEqualTo("a:5432");
        assertThat(settings().hub().address()).isEqualTo("b:5432");
        environment.put("OFFSYNC_LOCAL", "postgresql://c/x");
        environment.put("OFFSYNC_REMOTE", "");
        assertThat(settings().local().address()).isEqualTo("c:5432");
        assertThat(settings().hub().address()).isEqualTo("b:5432");
    }

    @Test
    void pg_variables_fill_the_local_url_and_never_the_hubs() {
        environment.putAll(Map.of(
                "PGHOST", "pg",
                "PGPORT", "6000",
                "PGUSER", "pguser",
                "PGDATABASE", "pgdb",
                "PGSSLMODE", "require",
                "PGPASSWORD", "pgsecret",
                "OFFSYNC_LOCAL", "postgresql:///shop?sslmode=disable",
                "OFFSYNC_REMOTE", "postgresql://hub"));
        Endpoint local = settings().local();
        assertThat(local.hosts()).containsExactly(new Host("pg", 6000));
        assertThat(local.user()).isEqualTo("pguser");
        assertThat(local.database()).isEqualTo("shop");
        assertThat(local.password()).isEqualTo("pgsecret");
        assertThat(local.parameters()).containsEntry("sslmode", "disable");
        Endpoint hub = settings().hub();
        assertThat(hub.hosts()).containsExactly(new Host("hub", 5432));
        assertThat(hub.user()).isEqualTo(System.getProperty("user.name"));
        assertThat(hub.database()).isEqualTo(hub.user());
        assertThat(hub.password()).isNull();
        assertThat(hub.parameters()).isEmpty();
    }

    @Test
    void several_hosts_and_ports_pair_up() {
        environment.put("OFFSYNC_REMOTE", "postgresql://a:1,b,[::1]:3/x");
        assertThat(settings().hub().address()).isEqualTo("a:1,b:5432,[::1]:3");
        environment.put("OFFSYNC_REMOTE", "host=a,b port=7 dbname=x");
        assertThat(settings().hub().address()).isEqualTo("a:7,b:7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host=/var/run/postgresql dbname=x",
                "postgresql://%2Fvar%2Frun/x",
                "postgresql:///x?host=/tmp",
                "host=a,b port=1,2,3 dbname=x",
                "postgresql:///x",
                "postgresql://h/x?service=missing"
            })
    void an_address_that_cannot_be_used_is_a_configuration_error(String url) {
        environment.put("OFFSYNC_REMOTE", url);
        var refusal =
                catchThrowableOfType(OffsyncException.class, () -> settings().hub());
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        assertThat(refusal.getMessage() + refusal.hint()).doesNotContain("hidden");
    }

    @Test
    void a_service_fills_what_the_url_leaves_out() throws IOException {
        Path services = Files.writeString(
                home.resolve("services"),
                "# ours\n[other]\nhost=no\n[hub]\nhost=svc\nport=7000\nuser=svcuser\npassword=svcsecret\nsslmode=require\n");
        environment.put("PGSERVICEFILE", services.toString());
        environment.put("OFFSYNC_REMOTE", "service=hub user=mine dbname=shop");
        Endpoint hub = settings().hub();
        assertThat(hub.address()).isEqualTo("svc:7000");
        assertThat(hub.user()).isEqualTo("mine");
        assertThat(hub.password()).isEqualTo("svcsecret");
        assertThat(hub.parameters()).containsEntry("sslmode", "require").doesNotContainKey("service");
    }

    @Test
    void pgservice_serves_the_local_database_alone() throws IOException {
        Files.writeString(home.resolve(".pg_service.conf"), "[till]\nhost=svc\ndbname=svcdb\n");
        environment.put("PGSERVICE", "till");
        environment.put("OFFSYNC_LOCAL", "postgresql://");
        environment.put("OFFSYNC_REMOTE", "postgresql://hub/x");
        assertThat(settings().local().address()).isEqualTo("svc:5432");
        assertThat(settings().local().database()).isEqualTo("svcdb");
        assertThat(settings().hub().address()).isEqualTo("hub:5432");
    }

    @Test
    void passwords_are_looked_for_in_order() throws IOException {
        environment.put("OFFSYNC_REMOTE", "postgresql://u@hub/x");
        Path pgpass = Files.writeString(home.resolve(".pgpass"), "hub:5432:x:u:from-pgpass\n");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-------"));
        assertThat(settings().hub().password()).isEqualTo("from-pgpass");
        environment.put("OFFSYNC_REMOTE", "postgresql://u:from-url@hub/x");
        assertThat(settings().hub().password()).isEqualTo("from-url");
        Path credentials = Files.createDirectory(home.resolve("credentials"));
        Files.writeString(credentials.resolve("remote-password"), "from-systemd");
        environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
        assertThat(settings().hub().password()).isEqualTo("from-systemd");
        environment.put("OFFSYNC_REMOTE_PASSWORD", "from-variable");
        assertThat(settings().hub().password()).isEqualTo("from-variable");
        Path file = Files.writeString(home.resolve("secret"), "from-file\n");
        environment.put("OFFSYNC_REMOTE_PASSWORD_FILE", file.toString());
        assertThat(settings().hub().password()).isEqualTo("from-file");
    }

    @Test
    void what_was_typed_beats_the_environment_and_that_the_config_file() throws IOException {
        Path file = Files.writeString(home.resolve("secret"), "from-file\n");
        Path config = Files.writeString(
                home.resolve("config.toml"),
                "remote = \"postgresql://u@hub/x\"\nremote_password_file = \"" + file + "\"\n");
        environment.put("OFFSYNC_CONFIG", config.toString());
        assertThat(settings().hub().password()).isEqualTo("from-file");
        environment.put("OFFSYNC_REMOTE_PASSWORD", "from-variable");
        assertThat(settings().hub().password()).isEqualTo("from-variable");
        String url = "postgresql://u:typed@hub/x";
        assertThat(typed(url, null).hub().password()).isEqualTo("typed");
        assertThat(typed(url, file.toString()).hub().password()).isEqualTo("from-file");
    }

    @Test
    void the_kept_hub_is_shown_as_one_address_too() {
        Map<String, String> stored = Map.of("remote_host", "kept", "remote_database", "y", "remote_user", "u");
        Setting shown = settings().withStored(stored).named("remote");
        assertThat(shown.value()).isEqualTo("postgresql://u@kept/y");
        assertThat(shown.origin()).isEqualTo("sync_config");
        assertThat(settings().withStored(stored).all()).contains(shown);
        environment.put("OFFSYNC_REMOTE", "postgresql://new/x");
        assertThat(settings().withStored(stored).named("remote").value()).isEqualTo("postgresql://new/x");
    }

    private Settings typed(String remote, @Nullable String passwordFile) {
        var options = new CommandLineSettings(null, remote, null, null, passwordFile, null, Map.of());
        return Settings.resolve(options, environment, home);
    }

    @Test
    void a_password_file_that_is_missing_is_named() {
        environment.put("OFFSYNC_REMOTE", "postgresql://u@hub/x");
        environment.put("OFFSYNC_REMOTE_PASSWORD_FILE", "/nowhere/secret");
        var refusal =
                catchThrowableOfType(OffsyncException.class, () -> settings().hub());
        assertThat(refusal)
                .hasMessageContaining("/nowhere/secret")
                .hasMessageContaining("OFFSYNC_REMOTE_PASSWORD_FILE");
    }

    @Test
    void a_pgpass_that_others_can_read_warns_and_is_not_used() throws IOException {
        Path pgpass = Files.writeString(home.resolve("pass"), "*:*:*:*:hidden\n");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-r--r--"));
        environment.put("PGPASSFILE", pgpass.toString());
        environment.put("OFFSYNC_LOCAL", "postgresql://u@l/x");
        environment.put("OFFSYNC_REMOTE", "postgresql://u@hub/x");
        assertThat(settings().hub().password()).isNull();
        assertThat(settings().warnings()).singleElement().asString().contains("chmod 600", pgpass.toString());
        environment.remove("OFFSYNC_REMOTE");
        assertThat(settings().warnings()).hasSize(1);
        environment.put("OFFSYNC_REMOTE", environment.remove("OFFSYNC_LOCAL"));
        assertThat(settings().warnings()).hasSize(1);
    }

    @Test
    void what_init_keeps_of_the_hub_names_it_again() {
        environment.put(
                "OFFSYNC_REMOTE",
                "postgresql://u:hidden@a:1,b:2/x?sslmode=require&application_name=it%27s+%5C&sslpassword=hidden");
        Endpoint hub = settings().hub();
        Map<String, String> entries = StoredHub.entries(hub);
        assertThat(entries.toString()).doesNotContain("hidden");
        environment.clear();
        environment.put("OFFSYNC_REMOTE_PASSWORD", "hidden");
        Settings later = settings().withStored(entries);
        assertThat(later.warnings()).isEmpty();
        assertThat(later.hub().hosts()).isEqualTo(hub.hosts());
        assertThat(later.hub().database()).isEqualTo("x");
        assertThat(later.hub().user()).isEqualTo("u");
        assertThat(later.hub().password()).isEqualTo("hidden");
        assertThat(later.hub().parameters()).isEqualTo(Map.of("sslmode", "require", "application_name", "it's+\\"));
    }

    @Test
    void a_named_hub_beats_the_kept_one() {
        environment.put("OFFSYNC_REMOTE", "postgresql://new/x");
        Map<String, String> stored = Map.of("remote_host", "old", "remote_database", "y");
        assertThat(settings().withStored(stored).hub().address()).isEqualTo("new:5432");
    }

    @Test
    void a_replica_is_reached_as_the_hub_is() {
        environment.put("OFFSYNC_REMOTE", "postgresql://u:hidden@hub/x?sslmode=verify-full");
        environment.put("OFFSYNC_PULL_REMOTE", "postgresql://replica:6000");
        Endpoint replica = settings().pullReplica().orElseThrow();
        assertThat(replica.address()).isEqualTo("replica:6000");
        assertThat(replica.user()).isEqualTo("u");
        assertThat(replica.database()).isEqualTo("x");
        assertThat(replica.password()).isEqualTo("hidden");
        assertThat(replica.parameters()).isEqualTo(Map.of("sslmode", "verify-full", "target_session_attrs", "any"));
    }

    private Settings settings() {
        return Settings.resolve(CommandLineSettings.NONE, environment, home);
    }
}
