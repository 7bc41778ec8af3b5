package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.PullResult;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first rows of a large table that is empty here go in by COPY as they come; all that holds for other pulls holds here. */
@Tag("guarantee-7")
class FirstLoadTest {
    private static final String SCHEMA = """
            CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(20) UNIQUE);
            CREATE TABLE book (
                part text, id integer, title text, price numeric(8, 2), seen timestamptz, shelf_id integer REFERENCES shelf,
                length integer GENERATED ALWAYS AS (length(title)) STORED, PRIMARY KEY (part, id)
            );
            """;
    private static final String SHELVES = "SELECT s.*::text FROM shelf AS s ORDER BY id";
    private static final String BOOKS = "SELECT b.*::text FROM book AS b ORDER BY part, id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "shelf", "book");
        a = fleet.a();
        a.configure("batch_size", "1000");
        fill(fleet.hub());
        a.exec("""
                CREATE TABLE statement (text text);
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN INSERT INTO public.statement VALUES (split_part(current_query(), chr(32), 1)); RETURN NULL; END';
                CREATE TRIGGER note AFTER INSERT ON shelf FOR EACH STATEMENT EXECUTE FUNCTION note();
                CREATE TRIGGER note AFTER INSERT ON book FOR EACH STATEMENT EXECUTE FUNCTION note();
                ALTER TABLE shelf ENABLE ALWAYS TRIGGER note;
                ALTER TABLE book ENABLE ALWAYS TRIGGER note;
                """);
    }

    /** More than a megabyte of versions for each table, in chunks of 5000 rows and more. */
    private static void fill(TestDatabase hub) throws SQLException {
        hub.exec("INSERT INTO shelf SELECT i, 'shelf ' || i FROM generate_series(1, 16000) AS i");
        hub.exec("""
                        INSERT INTO book
                        SELECT 'a''\\' || chr(9) || i % 2, i, CASE WHEN i % 7 > 0 THEN E'\\\\N\\n' || i END, i / 7.0,
                               CASE i % 3 WHEN 0 THEN 'infinity' WHEN 1 THEN timestamptz '2026-01-01Z' + i * interval '1 s' END, i
                        FROM generate_series(1, 16000) AS i
                        """);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void rows_go_in_by_copy_and_rest_on_the_versions_that_the_hub_has() throws SQLException {
        fleet.hub().exec("UPDATE book SET price = 1 WHERE id % 1000 = 1; UPDATE book SET price = 2 WHERE id = 16000");
        PullResult loaded = a.pull();

        assertThat(loaded.inserted()).isEqualTo(32_000);
        assertThat(loaded.complete()).isTrue();
        // chunks grow where they come fast
        assertThat(a.rows("SELECT text, count(*) BETWEEN 4 AND 8 FROM statement GROUP BY text ORDER BY text"))
                .containsExactly("COPY|t");
        assertInStep();
        assertThat(a.pull().pulled() + a.pull().skipped()).isZero();
        assertThat(a.scalar("SELECT count(*) FROM offsync.journal")).isEqualTo("0");

        a.exec(
                "UPDATE book SET title = 'here' WHERE id IN (1, 2, 1001, 16000); DELETE FROM book WHERE id IN (3, 2001)");
        assertThat(a.push().conflicts().detected()).isZero();
        assertInStep();
    }

    @Test
    void a_load_goes_on_where_it_broke_off_whatever_happened_meanwhile() throws SQLException {
        PullResult first = a.pull(Duration.ZERO);
        assertThat(first.complete()).isFalse();
        assertThat(first.inserted()).isEqualTo(5001);
        fleet.hub().exec("""
                        UPDATE shelf SET name = 'new ' || id WHERE id IN (5, 7000, 16000);
                        DELETE FROM book WHERE shelf_id IN (6, 6500, 15999);
                        DELETE FROM shelf WHERE id IN (6, 6500, 15999);
                        INSERT INTO shelf VALUES (0, 'before'), (16001, 'behind');
                        """);
        while (!a.pull(Duration.ZERO).complete()) {
            fleet.hub().exec("UPDATE book SET price = price + 1 WHERE id % 2500 = 1");
        }

        assertInStep();
        assertThat(a.scalar("SELECT count(*) > 6 FROM statement WHERE text LIKE 'COPY%'"))
                .isEqualTo("t");
    }

    @Test
    void a_row_made_here_while_the_load_is_under_way_is_a_change_like_any_other() throws SQLException {
        a.pull(Duration.ZERO);
        a.exec("INSERT INTO shelf VALUES (30000, 'made here'), (9000, 'of both sides')");
        while (!a.pull(Duration.ZERO).complete()) {
            assertThat(a.rows("SELECT name FROM shelf WHERE id = 9000")).containsExactly("of both sides");
        }

        assertThat(a.rows("SELECT conflict_type, record_id FROM offsync.conflict_log ORDER BY id"))
                .containsExactly("insert_insert|9000");
        assertThat(a.push().pushed()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT name FROM shelf WHERE id = 30000")).containsExactly("made here");
    }

    @Test
    void a_row_that_an_application_commits_under_the_copy_sends_the_chunk_the_usual_way() throws SQLException {
        CompletableFuture<PullResult> pull;
        try (var application = a.database().open()) {
            application.exec("BEGIN; INSERT INTO shelf VALUES (50, 'of both sides')");
            pull = CompletableFuture.supplyAsync(a::pull);
            InterferenceTest.awaitBlocked(a.database());
            application.exec("COMMIT");
        }

        assertThat(pull.join().complete()).isTrue();
        assertThat(a.rows("SELECT conflict_type, record_id FROM offsync.conflict_log"))
                .containsExactly("insert_insert|50");
        assertThat(a.rows("SELECT name FROM shelf WHERE id = 50")).containsExactly("of both sides");
        assertThat(a.scalar("SELECT count(*) FROM shelf")).isEqualTo("16000");
        assertThat(a.rows(BOOKS)).isEqualTo(fleet.onHub(BOOKS));
    }

    @Test
    @Tag("guarantee-8")
    void a_parent_that_an_application_deletes_under_the_copy_leaves_no_orphan() throws SQLException {
        while (!"16000".equals(a.scalar("SELECT count(*) FROM shelf"))) {
            a.pull(Duration.ZERO);
        }
        CompletableFuture<PullResult> pull;
        try (var application = a.database().open()) {
            application.exec("BEGIN; DELETE FROM shelf WHERE id = 40");
            pull = CompletableFuture.supplyAsync(a::pull);
            InterferenceTest.awaitBlocked(a.database());
            application.exec("COMMIT");
        }

        assertThat(pull.join().complete()).isTrue();
        assertThat(a.rows("SELECT id FROM book AS b WHERE NOT EXISTS (SELECT FROM shelf AS s WHERE s.id = b.shelf_id)"))
                .isEmpty();
    }

    @Test
    void rows_that_vanished_behind_the_triggers_stop_no_load() throws SQLException {
        fleet.hub().exec("""
                        ALTER TABLE book DISABLE TRIGGER USER;
                        DELETE FROM book WHERE id <= 12000;
                        ALTER TABLE book ENABLE TRIGGER USER;
                        """);
        PullResult loaded = a.pull();

        assertThat(loaded.complete()).isTrue();
        assertThat(loaded.inserted()).isEqualTo(20_000);
        assertInStep();
    }

    @Test
    void deletions_of_other_tables_are_counted_before_a_load_begins() throws SQLException {
        try (Fleet other = Fleet.unprepared("""
                CREATE TABLE author (id integer PRIMARY KEY);
                CREATE TABLE letter (id integer PRIMARY KEY, author_id integer REFERENCES author);
                """)) {
            other.hub().exec("INSERT INTO letter SELECT generate_series(1, 300)");
            other.a().init("letter");
            other.a().pull();
            other.hub().exec("INSERT INTO author SELECT generate_series(1, 20000)");
            other.hub().exec("DELETE FROM letter WHERE id <= 200");
            other.a().init("author");

            assertThatThrownBy(other.a()::pull)
                    .isInstanceOfSatisfying(OffsyncException.class, stop -> assertThat(stop.reason())
                            .isEqualTo(Reason.MASS_DELETE));
            assertThat(other.a().scalar("SELECT count(*) FROM author")).isEqualTo("0");
            assertThat(other.a().scalar("SELECT count(*) FROM letter")).isEqualTo("300");
            assertThat(other.a().pullMassDelete().inserted()).isEqualTo(20_000);
            assertThat(other.a().scalar("SELECT count(*) FROM letter")).isEqualTo("100");
        }
    }

    @Test
    @Tag("guarantee-9")
    void a_filter_and_what_it_extends_to_keep_their_rows_on_the_hub() throws SQLException {
        try (Fleet other = Fleet.unprepared(SCHEMA)) {
            fill(other.hub());
            other.a().initWhere(Map.of("shelf", "id % 100 = 0"), "shelf", "book");
            assertThat(other.a().pull().complete()).isTrue();

            assertThat(other.a().rows(SHELVES))
                    .isEqualTo(other.onHub(SHELVES.replace("ORDER", "WHERE id % 100 = 0 ORDER")));
            assertThat(other.a().rows(BOOKS))
                    .isEqualTo(other.onHub(BOOKS.replace("ORDER", "WHERE shelf_id % 100 = 0 ORDER")));
            assertThat(other.a().scalar("SELECT count(*) FROM book")).isEqualTo("160");
        }
    }

    @Test
    @Tag("guarantee-20")
    void a_type_whose_values_may_be_of_any_size_goes_the_usual_way() throws SQLException {
        for (var side : new TestDatabase[] {a.database(), fleet.hub()}) {
            side.exec("ALTER TABLE book ADD COLUMN notes jsonb");
        }
        fleet.hub().exec("UPDATE book SET notes = '[1]' WHERE id = 1");
        a.init("book");
        assertThat(a.pull().complete()).isTrue();

        assertThat(a.rows("SELECT DISTINCT text FROM statement ORDER BY text")).containsExactly("COPY", "INSERT");
        assertInStep();
    }

    private void assertInStep() throws SQLException {
        assertThat(a.rows(SHELVES)).isEqualTo(fleet.onHub(SHELVES));
        assertThat(a.rows(BOOKS)).isEqualTo(fleet.onHub(BOOKS));
        assertThat(a.rows("SELECT * FROM offsync.pull_progress")).isEmpty();
        assertThat(a.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }
}
