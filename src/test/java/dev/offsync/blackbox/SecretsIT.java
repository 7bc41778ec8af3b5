package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.JarProcess;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords are planted wherever one may be given, and everything that offsync leaves is searched for them. */
class SecretsIT {
    private static final String SECRET = "hunter2Uebersee";
    private static final String WRONG = "swordfishWrong";

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device van = fleet.van();
    private final StringBuilder said = new StringBuilder();

    @TempDir
    private Path directory;

    @Test
    void no_password_is_ever_printed_logged_or_kept() throws SQLException, IOException {
        fleet.join(fleet.till(), "--tables", "products");
        String role = "secretive_" + fleet.hub().address().database();
        fleet.sql("CREATE ROLE " + role + " LOGIN PASSWORD '" + SECRET + "'");
        try {
            fleet.sql("GRANT offsync_device TO " + role);
            fleet.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON products TO " + role);
            plant(fleet.hub().address().withLogin(role, SECRET));
            assertThat(said.toString())
                    .contains("holds a password", "refused user", "products")
                    .doesNotContain(SECRET, WRONG);
            assertThat(files())
                    .contains("connected to the hub", "offsync_run_exit_code")
                    .doesNotContain(SECRET, WRONG);
            assertThat(kept(van.database()) + kept(fleet.hub())).contains(role).doesNotContain(SECRET, WRONG);
        } finally {
            fleet.sql("DROP OWNED BY " + role);
            fleet.sql("DROP ROLE " + role);
        }
    }

    private void plant(ServerAddress hub) throws IOException, SQLException {
        String bare = Device.withoutPassword(hub);
        String url = hub.url();
        String wrong = hub.withLogin(hub.user(), WRONG).url();
        run(0, "init", "--tables", "products", "--remote", url, "-vv");
        van.set("metrics_file", directory.resolve("offsync.prom").toString());
        run(0, "sync", "--remote", url, "--json", "-vv");
        run(12, "sync", "--remote", wrong, "-vv");
        run(12, "sync", "--remote", wrong, "--json");
        run(0, "status", "--remote", wrong);
        run(5, "check", "--remote", wrong, "-vv");
        run(0, "config", "list", "--remote", url, "--json");
        run(2, "config", "set", "remote_password", SECRET);
        run(2, "config", "set", "pull_remote", url, "-vv");
        run(2, "sync", "--remote", url.replace("://", "//:"), "-vv");
        run(2, "sync", "--remot", url, "--json");
        run(2, "sync", "--remote", "host=h dbname=d password='" + SECRET + "' nonsense=1", "-vv");
        Path password = Files.writeString(directory.resolve("password"), SECRET + "\n");
        run(0, "sync", "--remote", bare, "--remote-password-file", password.toString(), "-vv");
        Files.delete(password);
        Path pgpass = Files.writeString(
                directory.resolve(".pgpass"), "*:" + hub.port() + ":*:" + hub.user() + ":" + SECRET + "\n");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-r-----"));
        run(12, "sync", "--remote", bare, "-vv");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-------"));
        run(0, "sync", "--remote", bare, "-vv");
        Files.delete(pgpass);
    }

    private void run(int expected, String... words) {
        var arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--log-file", directory.resolve("offsync.log").toString()));
        Answer answer = Answer.of(JarProcess.offsync(arguments.toArray(String[]::new))
                .jvm("-XX:TieredStopAtLevel=1")
                .env("HOME", directory.toString())
                .env("OFFSYNC_LOCAL", Device.withoutPassword(van.database().address()))
                .env("OFFSYNC_LOCAL_PASSWORD", van.database().address().password())
                .run());
        assertThat(answer.exitCode()).as("%s: %s", arguments, answer).isEqualTo(expected);
        said.append(answer.stdout()).append(answer.stderr());
    }

    private String files() throws IOException {
        return Files.readString(directory.resolve("offsync.log")) + Files.readString(directory.resolve("offsync.prom"));
    }

    /** Every row of every table that offsync keeps there. */
    private static String kept(TestDatabase database) throws SQLException {
        var text = new StringBuilder();
        for (String table : database.rows("""
                SELECT c.oid::regclass FROM pg_class AS c
                WHERE c.relnamespace = 'offsync'::regnamespace AND c.relkind IN ('r', 'p')
                """)) {
            text.append(database.rows("SELECT t::text FROM " + table + " AS t"));
        }
        return text.toString();
    }
}
