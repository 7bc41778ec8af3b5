package dev.offsync.engine;

import static dev.offsync.engine.InterferenceTest.awaitBlocked;
import static dev.offsync.engine.InterferenceTest.awaitSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.PullResult;
import dev.offsync.model.Use;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More than batch_size·5 rows come in chunks, and a pull that was cut short goes on where it broke off. */
@Tag("guarantee-7")
class ChunkedPullTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, name text);
            CREATE TABLE part (shelf text, id integer, item_id integer REFERENCES item, PRIMARY KEY (shelf, id));
            CREATE TABLE person (id integer PRIMARY KEY, boss integer REFERENCES person);
            """;
    private static final List<String> QUERIES = List.of(
            "SELECT i.*::text FROM item AS i ORDER BY id",
            "SELECT p.*::text FROM part AS p ORDER BY shelf, id",
            "SELECT p.*::text FROM person AS p ORDER BY id");

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "part", "person");
        a = fleet.a();
        a.configure("batch_size", "4");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void fill() throws SQLException {
        fleet.hub().exec("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 30) AS i");
        fleet.hub().exec("INSERT INTO part SELECT 'a''\\' || i % 3, i, i FROM generate_series(1, 30) AS i");
        fleet.hub().exec("INSERT INTO person SELECT i, 60 - i FROM generate_series(30, 59) AS i WHERE i > 60");
        fleet.hub().exec("INSERT INTO person SELECT i, NULL FROM generate_series(1, 29) AS i");
        fleet.hub().exec("UPDATE person SET boss = 30 - id");
    }

    @Test
    void an_initial_load_goes_on_where_it_broke_off() throws SQLException {
        fill();
        PullResult first = a.pull(Duration.ZERO);
        assertThat(first.complete()).isFalse();
        assertThat(first.inserted()).isEqualTo(21);

        PullResult second = a.pull(Duration.ZERO);
        assertThat(second.complete()).isFalse();
        assertThat(second.skipped()).isZero();
        assertThat(second.inserted()).isEqualTo(21);
        assertThat(a.pull().complete()).isTrue();
        assertInStep();
        assertThat(a.pull().pulled() + a.pull().skipped()).isZero();
    }

    @Test
    void what_changes_while_a_load_is_under_way_arrives() throws SQLException {
        fill();
        a.pull(Duration.ZERO);
        fleet.hub()
                .exec("UPDATE item SET name = 'y' WHERE id IN (1, 20, 30); DELETE FROM part WHERE item_id IN (2, 25)");
        fleet.hub().exec("DELETE FROM item WHERE id IN (2, 25); INSERT INTO item VALUES (0, 'before'), (31, 'behind')");
        a.pull(Duration.ZERO);
        fleet.hub().exec("INSERT INTO part VALUES ('a', 0, 0), ('z', 31, 31)");
        a.pull();

        assertInStep();
    }

    @Test
    void many_changes_come_in_chunks_too_and_one_transaction_may_be_cut() throws SQLException {
        fill();
        a.pull();
        fleet.hub().exec("BEGIN; UPDATE item SET name = 'new'; UPDATE person SET boss = NULL WHERE id > 20; COMMIT");
        fleet.hub().exec("DELETE FROM part WHERE id > 20");
        PullResult first = a.pull(Duration.ZERO);
        assertThat(first.pulled()).isEqualTo(21);
        fleet.hub().exec("UPDATE item SET name = 'newer' WHERE id = 1");
        PullResult rest = a.pull();

        assertThat(rest.complete()).isTrue();
        assertThat(first.pulled() + rest.pulled()).isEqualTo(30 + 9 + 10 + 1);
        assertInStep();
    }

    /** Has a pull of a second chunk read ahead, while an application keeps the first from being applied. */
    private CompletableFuture<PullResult> pullReadingAhead(Sql application) throws SQLException {
        application.exec("BEGIN; SELECT FROM item WHERE id = 1 FOR UPDATE");
        CompletableFuture<PullResult> pull = CompletableFuture.supplyAsync(a::pull);
        awaitBlocked(a.database());
        String begun = a.scalar("SELECT xact_start FROM pg_stat_activity"
                + " WHERE wait_event_type = 'Lock' AND datname = current_database()");
        awaitSession(
                fleet.hub(),
                "application_name LIKE 'offsync%' AND state = 'idle' AND query = 'COMMIT' AND state_change > '" + begun
                        + "'",
                "nothing was read ahead");
        return pull;
    }

    @Test
    void what_changes_after_it_was_read_ahead_arrives_too() throws SQLException {
        fill();
        a.pull();
        fleet.hub().exec("UPDATE item SET name = 'new'");
        CompletableFuture<PullResult> pull;
        try (Sql application = a.open()) {
            pull = pullReadingAhead(application);
            fleet.hub().exec("UPDATE item SET name = 'newer' WHERE id IN (2, 29); DELETE FROM part WHERE id = 30");
            fleet.hub().exec("DELETE FROM item WHERE id = 30; INSERT INTO item VALUES (31, 'more')");
            application.exec("ROLLBACK");
        }
        PullResult result = pull.join();

        assertThat(result.complete()).isTrue();
        // Row 29 twice: as it was read ahead, and as it is.
        assertThat(result.updated()).isEqualTo(30 + 2);
        assertThat(result.deleted()).isEqualTo(2);
        assertInStep();
    }

    @Test
    @Tag("guarantee-5")
    void a_link_that_breaks_after_reading_ahead_leaves_the_chunk_before_for_the_next_run() throws SQLException {
        fill();
        a.pull();
        fleet.hub().exec("UPDATE item SET name = 'new'");
        CompletableFuture<PullResult> pull;
        try (Sql application = a.open()) {
            pull = pullReadingAhead(application);
            fleet.hub()
                    .exec("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                            + " WHERE application_name LIKE 'offsync%' AND datname = current_database()");
            application.exec("ROLLBACK");
        }
        assertThat(catchThrowableOfType(CompletionException.class, pull::join).getCause())
                .isInstanceOfSatisfying(
                        OffsyncException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OFFLINE));
        assertThat(a.scalar("SELECT count(*) FROM item WHERE name = 'new'")).isEqualTo("0");
        assertThat(a.pull().updated()).isEqualTo(30);
        assertInStep();
    }

    @Test
    void a_row_that_is_held_back_is_asked_for_with_the_next_chunk() throws SQLException {
        try (Fleet unique = Fleet.of("CREATE TABLE word (id integer PRIMARY KEY, text text UNIQUE)", "word")) {
            unique.hub().exec("INSERT INTO word SELECT i, 'word ' || i FROM generate_series(1, 45) AS i");
            unique.settle();
            unique.a().configure("batch_size", "4");
            unique.a().exec("INSERT INTO word VALUES (100, 'taken')");
            unique.hub().exec("UPDATE word SET text = CASE id WHEN 2 THEN 'taken' ELSE text || '!' END");
            PullResult pull = unique.a().pull();

            assertThat(pull.complete()).isTrue();
            assertThat(pull.conflicts().detected()).isOne();
            assertThat(unique.a().rows("SELECT key FROM offsync.wanted")).containsExactly("{2}");
            String others = "SELECT id, text FROM word WHERE id NOT IN (2, 100) ORDER BY id";
            assertThat(unique.a().rows(others)).hasSize(44).isEqualTo(unique.onHub(others));
            unique.a().resolve(Use.REMOTE);
            unique.settle();
            String all = "SELECT id, text FROM word ORDER BY id";
            assertThat(unique.a().rows(all)).isEqualTo(unique.onHub(all)).contains("2|taken");
        }
    }

    @Test
    void rows_that_vanished_behind_the_triggers_stop_no_chunk_and_hide_no_row() throws SQLException {
        fleet.hub().exec("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 30) AS i");
        a.pull();
        fleet.hub().exec("UPDATE item SET name = 'new'");
        fleet.hub().exec("""
                        ALTER TABLE item DISABLE TRIGGER USER;
                        DELETE FROM item WHERE id <= 25;
                        ALTER TABLE item ENABLE TRIGGER USER;
                        """);
        PullResult first = a.pull(Duration.ZERO);
        assertThat(first.complete()).isFalse();
        assertThat(first.pulled()).isZero();
        PullResult rest = a.pull();

        assertThat(rest.complete()).isTrue();
        assertThat(rest.pulled()).isEqualTo(5);
        assertThat(a.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM item WHERE name = 'new'"))
                .isEqualTo("26 27 28 29 30");
        assertThat(a.scalar("SELECT count(*) FROM item")).isEqualTo("30");
    }

    @Test
    void up_to_five_batches_of_rows_arrive_in_one_transaction() throws SQLException {
        fleet.hub().exec("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 20) AS i");
        assertThat(a.pull(Duration.ZERO).complete()).isTrue();
        assertThat(a.scalar("SELECT count(DISTINCT xmin::text) FROM item")).isEqualTo("1");
    }

    @Test
    void a_transaction_that_commits_while_a_load_is_under_way_is_not_missed() throws SQLException {
        fill();
        try (var late = fleet.hub().open()) {
            late.exec("BEGIN; INSERT INTO item VALUES (-1, 'late'); UPDATE item SET name = 'late' WHERE id = 3");
            a.pull(Duration.ZERO);
            a.pull(Duration.ZERO);
            late.exec("COMMIT");
        }
        a.pull();
        assertInStep();
    }

    @Test
    void a_row_that_was_held_back_is_asked_for_until_a_chunk_brings_it() throws SQLException {
        fill();
        a.pull();
        a.exec("DELETE FROM part WHERE item_id = 1; DELETE FROM item WHERE id = 1");
        fleet.hub().exec("INSERT INTO part VALUES ('z', 100, 1)");
        a.pull();
        fleet.hub().exec("UPDATE item SET name = 'y' WHERE id > 1");
        assertThat(a.pull(Duration.ZERO).complete()).isFalse();

        assertThat(a.rows("SELECT key FROM offsync.wanted")).containsExactly("{z,100}");
        a.exec("INSERT INTO item VALUES (1, 'back'); INSERT INTO part VALUES ('a''\\1', 1, 1)");
        a.sync();
        assertInStep();
    }

    @Test
    void a_full_pull_removes_what_the_hub_has_no_trace_of() throws SQLException {
        fill();
        a.pull();
        a.exec("INSERT INTO item VALUES (100, 'unsent')");
        fleet.hub()
                .exec("ALTER TABLE item DISABLE TRIGGER ALL; DELETE FROM item WHERE id = 30;"
                        + " DELETE FROM part WHERE id = 30; ALTER TABLE item ENABLE TRIGGER ALL");
        fleet.hub().exec("DELETE FROM offsync.row_1 WHERE k1 = 30");
        PullResult full = a.pullFully();

        assertThat(full.deleted()).isEqualTo(2);
        assertThat(a.rows("SELECT id FROM item WHERE id >= 29 ORDER BY id")).containsExactly("29", "100");
        assertThat(a.push().pushed()).isEqualTo(1);
        assertInStep();
    }

    private void assertInStep() throws SQLException {
        for (String query : QUERIES) {
            assertThat(a.rows(query)).isEqualTo(fleet.onHub(query));
        }
        assertThat(a.rows("SELECT * FROM offsync.pull_progress")).isEmpty();
        assertThat(a.rows("SELECT * FROM offsync.seen")).isEmpty();
        assertThat(a.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }
}
