package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TerminalSession;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person at a terminal who settles conflicts key by key. */
@Tag("guarantee-12")
@Order(7)
class PromptIT {
    private static final String ASKS = "[?] > ";

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till);
        fleet.sql("INSERT INTO products (id, name, price) SELECT i, 'tea ' || i, i FROM generate_series(1, 4) AS i");
        assertThat(till.inThisProcess("pull").exitCode()).isZero();
        till.sql("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        till.sql("UPDATE products SET name = 'שלום ' || chr(27) || '[31m' || chr(7) || '漢字', price = price + 0.5");
        fleet.sql("UPDATE products SET price = price + 10");
        assertThat(till.inThisProcess("sync").exitCode()).isEqualTo(3);
    }

    private TerminalSession resolve(String term, int... size) {
        return TerminalSession.start(till.command("conflicts", "resolve", "--all"), term, size);
    }

    private String prices() throws SQLException {
        return String.join(" ", till.rows("SELECT price FROM products ORDER BY id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm-256color", "dumb"})
    void each_conflict_is_shown_and_decided_with_a_key_and_enter(String term) throws SQLException {
        try (TerminalSession session = resolve(term, 80, 24)) {
            session.await("1 of 4: products key 1, update_update")
                    .await("* price")
                    .await(ASKS);
            session.press("\r").await(ASKS).press("l\r").await("-> conflict");
            session.await("2 of 4").await(ASKS).press("r\r").await("3 of 4").await(ASKS);
            session.press("e\r")
                    .await("column > ")
                    .press("price\r")
                    .await("new value > ")
                    .press("7.25\r");
            session.await("4 of 4").await(ASKS).press("q\r").await("Resolved 3 conflicts");
            assertThat(session.exitCode()).isZero();
            assertThat(session.raw())
                    .doesNotContain("\u0007")
                    .contains("\\u0007")
                    .contains("漢字");
            assertThat(session.text().lines()).noneMatch(line -> line.length() > 90);
        }
        assertThat(prices()).isEqualTo("1.5 12 7.25 4.5");
        assertThat(till.inThisProcess("sync").exitCode()).isEqualTo(3);
        assertThat(fleet.rows("SELECT price FROM products ORDER BY id")).containsExactly("1.5", "12", "7.25", "14");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "dumb"})
    void ctrl_c_keeps_what_was_decided(String term) throws SQLException {
        try (TerminalSession session = resolve(term, 80, 24)) {
            session.await(ASKS).press("r\r").await("2 of 4").await(ASKS).press("\u0003");
            assertThat(session.exitCode()).isEqualTo(130);
            session.await("interrupted");
        }
        assertThat(prices()).isEqualTo("11 2.5 3.5 4.5");
        assertThat(till.rows("SELECT count(*) FROM offsync.conflict_log WHERE resolved"))
                .containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "dumb"})
    void the_end_of_the_input_keeps_what_was_decided(String term) throws SQLException {
        try (TerminalSession session = resolve(term, 80, 24)) {
            session.await(ASKS).press("r\r").await("2 of 4").await(ASKS).press("\u0004");
            session.await("Resolved 1 conflict");
            assertThat(session.exitCode()).isZero();
        }
        assertThat(prices()).isEqualTo("11 2.5 3.5 4.5");
    }

    @Test
    void a_column_is_completed_and_its_old_value_can_be_edited() throws SQLException {
        try (TerminalSession session = resolve("xterm", 80, 24)) {
            session.await(ASKS)
                    .press("e\r")
                    .await("column > ")
                    .press("pr\t")
                    .await("price")
                    .press("\r");
            session.await("new value > ").press("\u001bOA").await("1.5").press("\u007f9\r");
            session.await("2 of 4").await(ASKS).press("q\r");
            assertThat(session.exitCode()).isZero();
        }
        assertThat(prices()).isEqualTo("1.9 2.5 3.5 4.5");
    }

    @Test
    void a_terminal_that_reports_no_size_has_80_columns() throws SQLException {
        try (TerminalSession session = resolve("xterm")) {
            session.await("1 of 4").await(ASKS).press("m\r").await("price: local 1.5, remote 11");
            session.await("[b]ack > ").press("r\r").await("2 of 4").await(ASKS).press("a\r");
            session.await("Resolved 4 conflicts");
            assertThat(session.exitCode()).isZero();
        }
        assertThat(prices()).isEqualTo("11 12 13 14");
        assertThat(till.rows("SELECT DISTINCT length(name) FROM products")).containsExactly("13");
    }

    @Test
    void the_next_conflict_fits_a_window_that_was_made_smaller() {
        try (TerminalSession session = resolve("xterm", 80, 24)) {
            session.await(ASKS);
            session.resize(40, 20);
            session.press("\r").await(ASKS).press("s\r").await("2 of 4").await("* price");
            session.await("[?] > ").press("q\r");
            assertThat(session.exitCode()).isZero();
            String second = session.text();
            second = second.substring(second.indexOf("2 of 4"), second.indexOf("* price", second.indexOf("2 of 4")));
            assertThat(second.lines()).isNotEmpty().allSatisfy(line -> assertThat(line.length())
                    .isLessThanOrEqualTo(45));
        }
    }

    @Test
    void without_input_nobody_is_asked() {
        Answer answer = till.offsync("conflicts", "resolve", "--all");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.stderr()).contains("--use local|remote|latest|merge");
        try (TerminalSession session =
                TerminalSession.start(till.command("--no-input", "conflicts", "resolve", "--all"), "xterm", 80, 24)) {
            assertThat(session.exitCode()).isEqualTo(2);
        }
    }
}
