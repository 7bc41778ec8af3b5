package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.JarProcess;
import dev.offsync.testing.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an operator may get wrong: a message that names it, a hint, the exit code, and no stack trace. */
class BadInputIT {
    private static final List<String> NONSENSE = List.of(
            "push --limit none",
            "push --batch-size 0",
            "push --tables nonsense",
            "sync --max-duration soon",
            "status --lock-wait 5x",
            "conflicts list --type collision",
            "conflicts show x",
            "conflicts resolve 7 --use local",
            "conflicts resolve",
            "purge --older-than never",
            "init --tables products --direction sideways",
            "init --tables products --priority products=high",
            "init --tables products --device other");

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @Test
    void a_table_that_is_not_there() {
        assertRefused(till, 2, "usage", "has no table nonsense", "init", "--tables", "products,nonsense");
    }

    @Test
    void a_table_without_a_key() throws SQLException {
        till.sql("CREATE TABLE notes (note text)");
        fleet.sql("CREATE TABLE notes (note text)");
        assertRefused(till, 2, "usage", "table notes has no primary key", "init", "--tables", "notes");
    }

    @Test
    void a_table_that_only_the_device_has() throws SQLException {
        till.sql("CREATE TABLE notes (id int PRIMARY KEY)");
        assertRefused(till, 2, "usage", "the hub has no table notes", "init", "--tables", "notes");
    }

    @Test
    void a_table_that_only_the_hub_has() throws SQLException {
        fleet.sql("CREATE TABLE notes (id int PRIMARY KEY)");
        assertRefused(till, 2, "usage", "the local database has no table notes", "init", "--tables", "notes");
    }

    @Test
    void keys_that_differ() throws SQLException {
        till.sql("CREATE TABLE notes (id int PRIMARY KEY)");
        fleet.sql("CREATE TABLE notes (id uuid PRIMARY KEY)");
        assertRefused(till, 2, "usage", "the primary key of notes", "init", "--tables", "notes");
    }

    @Test
    void no_table_at_all() {
        assertRefused(till, 2, "usage", "no table was named", "init");
    }

    @Test
    void a_database_that_was_never_prepared() {
        for (String command : List.of("push", "pull", "sync", "conflicts list", "conflicts show 1", "purge")) {
            Answer answer = till.inThisProcess((command + " --json").split(" "));
            assertThat(answer.exitCode()).as("%s: %s", command, answer).isEqualTo(10);
            assertThat(answer.text("error.code")).isEqualTo("not_initialised");
        }
        assertRefused(till, 10, "not_initialised", "not prepared", "status");
    }

    @Test
    void a_hub_that_was_never_prepared() throws SQLException {
        fleet.join(till, "--tables", "products");
        fleet.sql("DROP SCHEMA offsync CASCADE");
        assertRefused(till, 10, "not_initialised", "the hub is not prepared", "push");
    }

    @Test
    void a_hub_whose_role_may_not_prepare_it() throws SQLException {
        String role = "guest_" + fleet.hub().address().database();
        fleet.sql("CREATE ROLE " + role + " LOGIN PASSWORD 'guest'");
        try {
            Device guest = till.reaching(till.hub().withLogin(role, "guest"));
            assertRefused(guest, 10, "not_initialised", "the hub is not prepared", "init", "--tables", "products");
        } finally {
            fleet.sql("DROP ROLE " + role);
        }
    }

    @Test
    void a_device_that_was_prepared_without_a_hub() {
        assertThat(till.offsync("init", "--local-only", "--tables", "products").exitCode())
                .isZero();
        assertRefused(till, 10, "not_initialised", "not registered", "push");
    }

    @Test
    void a_wrong_password() {
        Device stranger = till.reaching(till.hub().withLogin(till.hub().user(), "wrong"));
        assertRefused(stranger, 12, "permission", "refused user", "init", "--tables", "products");
    }

    @Test
    void a_hub_database_that_is_not_there() {
        assertRefused(
                till.reaching(till.hub().withDatabase("nowhere")),
                2,
                "config",
                "there is no database \"nowhere\"",
                "init",
                "--tables",
                "products");
    }

    @Test
    void a_port_that_speaks_another_protocol() throws IOException {
        try (var web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var server = new Thread(() -> answerInHttp(web));
            server.setDaemon(true);
            server.start();
            ServerAddress address = till.hub().via("127.0.0.1", web.getLocalPort());
            assertRefused(
                    till.reaching(address), 2, "config", "is not a PostgreSQL server", "init", "--tables", "products");
        }
    }

    @Test
    void a_local_database_that_is_down() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Answer answer = Answer.of(JarProcess.offsync("push", "--json")
                .env("OFFSYNC_LOCAL", "postgresql://app@127.0.0.1:" + port + "/shop")
                .run());
        assertThat(answer.exitCode()).as("%s", answer).isEqualTo(15);
        assertThat(answer.text("error.code")).isEqualTo("local_unreachable");
        assertThat(answer.text("error.message")).contains("cannot reach the local database");
    }

    @Test
    void no_local_database_named() {
        Answer answer = Answer.of(JarProcess.offsync("push", "--json").run());
        assertThat(answer.exitCode()).as("%s", answer).isEqualTo(2);
        assertThat(answer.text("error.hint")).contains("--local");
    }

    @Test
    void no_hub_named() {
        Answer answer = Answer.of(JarProcess.offsync("init", "--json", "--tables", "products")
                .env("OFFSYNC_LOCAL", till.database().url())
                .run());
        assertThat(answer.exitCode()).as("%s", answer).isEqualTo(2);
        assertThat(answer.text("error.hint")).contains("--remote");
    }

    @Test
    void options_that_make_no_sense() {
        fleet.join(till, "--tables", "products");
        for (String line : NONSENSE) {
            Answer answer = till.inThisProcess((line + " --json").split(" "));
            assertThat(answer.exitCode()).as("%s: %s", line, answer).isEqualTo(2);
            assertThat(answer.text("error.code")).as(line).isIn("usage", "config");
            assertThat(answer.text("error.hint")).as(line).isNotEmpty();
            assertThat(answer.stdout() + answer.stderr()).doesNotContain("Exception", "\tat ");
        }
    }

    /** Once in words, once as a document; nothing is prepared by what is refused. */
    private static void assertRefused(Device device, int exitCode, String code, String message, String... arguments) {
        Answer words = device.offsync(arguments);
        assertThat(words.exitCode()).as("%s", words).isEqualTo(exitCode);
        assertThat(words.stdout()).isEmpty();
        assertThat(words.stderr())
                .startsWith("offsync: ")
                .contains(message, "\nhint: ")
                .doesNotContain("Exception", "\tat ");

        var withJson = new ArrayList<>(List.of(arguments));
        withJson.add("--json");
        Answer document = device.inThisProcess(withJson.toArray(String[]::new));
        assertThat(document.exitCode()).as("%s", document).isEqualTo(exitCode);
        assertThat(document.number("exit_code")).isEqualTo(exitCode);
        assertThat(document.text("error.code")).isEqualTo(code);
        assertThat(document.text("error.message")).contains(message);
        assertThat(document.text("error.hint")).isNotEmpty();
    }

    private static void answerInHttp(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket client = web.accept()) {
                client.getInputStream().read();
                client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // the client went away, or the test is over
                Thread.onSpinWait();
            }
        }
    }
}
