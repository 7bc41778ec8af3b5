package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.offsync.pg.Database;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory runs out in the middle of a COPY, whose end the session would otherwise wait for. */
@Tag("guarantee-20")
class CollapsedRunTest {
    private static final String COPY = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 100000)) TO STDOUT";

    @AutoClose
    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE item (id integer PRIMARY KEY, name text)", "item");
    }

    private static int collapse(Database database) throws SQLException {
        assertThat(database.copyOut(COPY).readFromCopy()).isNotNull();
        throw new OutOfMemoryError("Java heap space");
    }

    private void endsAndGivesTheLockBack(LocalSession.Work<Integer> work) throws SQLException {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(
                        () -> LocalSession.locked(fleet.a().settings(), "push", work))
                .isInstanceOf(OutOfMemoryError.class));
        InterferenceTest.awaitSession(
                fleet.a().database(),
                "pid = pg_backend_pid() AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
                "the lock is held");
        fleet.a().exec("INSERT INTO item VALUES (1, 'after it')");
        assertThat(fleet.a().push().pushed()).isEqualTo(1);
    }

    @Test
    void it_ends_with_its_error_and_the_next_run_finds_the_lock_free() throws SQLException {
        endsAndGivesTheLockBack(session -> collapse(session.database()));
    }

    @Test
    void within_a_transaction_too() throws SQLException {
        endsAndGivesTheLockBack(session -> session.database().transaction(() -> collapse(session.database())));
    }

    @Test
    void and_within_a_rehearsal() throws SQLException {
        endsAndGivesTheLockBack(session -> {
            Database database = session.database();
            return database.rehearse(() -> database.transaction(() -> collapse(database)));
        });
    }
}
