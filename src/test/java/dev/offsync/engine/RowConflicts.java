package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fleet of two devices and a hub in which a row can be changed on both sides, and what tests ask of it. */
abstract class RowConflicts {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric);
            CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item, note text);
            """;

    /** Which of the two verbs meets the conflict. */
    enum By {
        PUSH,
        PULL;

        void run(Device device) {
            if (this == PUSH) {
                device.push();
            } else {
                device.pull();
            }
        }
    }

    protected Fleet fleet;
    protected Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(SCHEMA, "INSERT INTO item VALUES (1, 'one', 1.0)", "item", "part");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    protected final void rule(String type, String strategy) throws SQLException {
        rule(type, strategy, "manual");
    }

    protected final void rule(String type, String strategy, String fallback) throws SQLException {
        a.exec(
                "INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy, fallback)"
                        + " VALUES ('item', ?, ?, ?)",
                type,
                strategy,
                fallback);
    }

    protected final void bothUpdate() throws SQLException {
        a.exec("UPDATE item SET name = 'local' WHERE id = 1");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 1");
    }

    protected final ConflictEntry onlyConflict() {
        assertThat(a.conflicts()).hasSize(1);
        return a.conflicts().get(0);
    }

    /** Everybody has the same rows, nothing is pending, and no new conflict came of it. */
    protected final void assertSettled(String... rows) throws SQLException {
        int conflicts = a.conflicts().size();
        fleet.settle();
        String content = "SELECT id, name, price FROM item ORDER BY id";
        assertThat(fleet.onHub(content)).containsExactly(rows);
        assertThat(a.rows(content)).containsExactly(rows);
        assertThat(fleet.b().rows(content)).containsExactly(rows);
        assertThat(a.conflicts()).hasSize(conflicts).allMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsOnly("completed");
    }
}
