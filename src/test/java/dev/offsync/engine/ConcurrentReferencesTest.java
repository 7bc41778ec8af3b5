package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PullResult;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Foreign keys hold after a pull whose rows meet those that an application is just writing. */
@Tag("guarantee-8")
class ConcurrentReferencesTest {
    private static final String SCHEMA = "CREATE TABLE parent (id integer PRIMARY KEY, name text);"
            + "CREATE TABLE child (id integer PRIMARY KEY, parent_id integer REFERENCES parent)";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(SCHEMA, "INSERT INTO parent VALUES (1, 'one'), (2, 'two')", "parent", "child");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_parent_that_is_just_being_deleted_here_keeps_its_new_child_away() throws SQLException {
        fleet.hub().exec("INSERT INTO child VALUES (1, 1), (2, 2)");
        pullBeside("DELETE FROM parent WHERE id = 1", 0);
        assertThat(a.rows("SELECT id FROM child")).containsExactly("2");
        assertNothingDangles();
    }

    @Test
    void a_child_that_is_just_being_made_here_keeps_its_parent_from_being_deleted() throws SQLException {
        fleet.hub().exec("DELETE FROM parent WHERE id = 1");
        pullBeside("INSERT INTO child VALUES (1, 1)", 1);
        assertThat(a.rows("SELECT id FROM parent ORDER BY id")).containsExactly("1", "2");
        assertNothingDangles();
    }

    @Test
    void a_child_that_is_just_being_moved_here_keeps_its_parent_from_being_deleted() throws SQLException {
        a.exec("INSERT INTO child VALUES (1, 2)");
        a.sync();
        fleet.hub().exec("DELETE FROM parent WHERE id = 1");
        pullBeside("UPDATE child SET parent_id = 1", 1);
        assertThat(a.rows("SELECT id FROM parent ORDER BY id")).containsExactly("1", "2");
        assertNothingDangles();
    }

    /** Pulls while an application has written and not yet committed. */
    private void pullBeside(String write, int conflicts) throws SQLException {
        CompletableFuture<PullResult> pull;
        try (Sql application = a.open()) {
            application.exec("BEGIN; " + write);
            pull = CompletableFuture.supplyAsync(a::pull);
            InterferenceTest.awaitBlocked(a.database());
            application.exec("COMMIT");
        }
        assertThat(pull.join().conflicts().open()).isEqualTo(conflicts);
    }

    private void assertNothingDangles() throws SQLException {
        assertThat(
                        a.rows(
                                "SELECT c.id FROM child AS c WHERE NOT EXISTS (SELECT FROM parent AS p WHERE p.id = c.parent_id)"))
                .isEmpty();
    }
}
