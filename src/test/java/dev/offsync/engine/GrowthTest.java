package dev.offsync.engine;

import static dev.offsync.engine.InterferenceTest.awaitSession;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was done long ago, and how large the tables are, costs a small run nothing: it reads by indexes alone. */
@Tag("guarantee-20")
class GrowthTest {
    /** Rows of the tables that count as large, and how many of them a look whether there are any may read. */
    private static final int LARGE = 5000;

    private static final int A_LOOK = 10;

    private static final String READ = """
            SELECT relid::regclass::text, seq_tup_read
            FROM pg_stat_user_tables
            WHERE (SELECT c.reltuples FROM pg_class AS c WHERE c.oid = relid) >= %d
            ORDER BY 1
            """.formatted(LARGE);

    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("""
                CREATE TABLE item (id integer PRIMARY KEY, name text UNIQUE);
                CREATE TABLE line (id integer PRIMARY KEY, item_id integer REFERENCES item, no integer);
                CREATE INDEX ON line (item_id);
                """, "item", "line").cold();
        a = fleet.a();
        b = fleet.b();
        a.exec("""
                DO $$
                BEGIN
                    FOR low IN 1 .. 30000 BY 5 LOOP
                        INSERT INTO item SELECT n, 'name ' || n FROM generate_series(low, low + 4) AS n;
                        INSERT INTO line SELECT n, n, 1 FROM generate_series(low, low + 4) AS n;
                        COMMIT;
                    END LOOP;
                END $$
                """);
        a.sync();
        b.sync();
        a.exec("UPDATE item SET name = name || '!'");
        outliveOlderTransactions(a.database());
        a.push();
        outliveOlderTransactions(fleet.hub());
        a.sync();
        b.sync();
        for (TestDatabase side : sides()) {
            side.exec("""
                    INSERT INTO offsync.conflict_log (table_name, record_id, conflict_type, strategy, resolved)
                    SELECT 'item', n, 'update_update', 'lww', true FROM generate_series(1, 10000) AS n
                    """);
        }
        for (TestDatabase side : List.of(a.database(), b.database(), fleet.hub())) {
            side.exec("VACUUM ANALYZE");
        }
    }

    /** A transaction of another test, on the same server, makes every snapshot begin with it: all that came since is looked at. */
    private static void outliveOlderTransactions(TestDatabase database) throws SQLException {
        String now = database.scalar("SELECT pg_current_xact_id()");
        awaitSession(
                database,
                "pid = pg_backend_pid() AND pg_snapshot_xmin(pg_current_snapshot()) > '" + now + "'::xid8",
                "a transaction stays open");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private List<TestDatabase> sides() {
        return List.of(a.database(), b.database());
    }

    @Test
    void a_small_push_and_a_small_pull_read_no_large_table_from_end_to_end() throws SQLException {
        Map<String, Long> before = readFromEndToEnd();
        assertThat(before)
                .containsKeys(
                        "a offsync.journal", "a offsync.transaction_batch", "a offsync.conflict_log", "a offsync.row_1")
                .containsKeys("b item", "b line", "hub item", "hub line", "hub offsync.row_1", "hub offsync.row_2");

        a.exec("INSERT INTO item VALUES (-1, 'new'), (-2, 'newer')");
        a.exec("INSERT INTO line VALUES (-1, -1, 1), (-2, 77, 2)");
        assertThat(a.push().pushed()).isEqualTo(4);
        a.exec("UPDATE item SET name = 'another' WHERE id IN (500)");
        a.exec("UPDATE line SET no = 2 WHERE id IN (20000, 7)");
        assertThat(a.push().pushed()).isEqualTo(3);
        a.exec("DELETE FROM line WHERE id IN (3, 29000)");
        a.exec("DELETE FROM item WHERE id = 3");
        a.exec("UPDATE line SET no = 9 WHERE id = 8");
        assertThat(a.push().pushed()).isEqualTo(4);
        assertThat(b.pull().pulled()).isEqualTo(11);
        assertThat(a.pull().pulled()).isZero();
        assertThat(a.push().pushed()).isZero();

        assertThat(readFromEndToEnd())
                .allSatisfy((table, rows) -> assertThat(rows - Objects.requireNonNull(before.get(table)))
                        .as(table)
                        .isLessThanOrEqualTo(A_LOOK));
    }

    @Test
    void small_transactions_behind_a_large_one_are_read_by_themselves() throws SQLException {
        b.exec("UPDATE item SET name = name || '?'");
        b.push();
        b.exec("VACUUM ANALYZE");
        Map<String, Long> before = readFromEndToEnd();
        assertThat(before).containsKey("b offsync.journal");

        b.exec("""
                DO $$
                BEGIN
                    FOR n IN 1 .. 30 LOOP
                        UPDATE item SET name = 'new ' || n WHERE id = n;
                        DELETE FROM line WHERE id = n + 100;
                        COMMIT;
                    END LOOP;
                END $$
                """);
        assertThat(b.push().pushed()).isEqualTo(60);

        assertThat(readFromEndToEnd().get("b offsync.journal") - before.get("b offsync.journal"))
                .isLessThanOrEqualTo(A_LOOK);
    }

    /** The rows that scans of whole tables read so far, of each large table of both devices and of the hub. */
    private Map<String, Long> readFromEndToEnd() throws SQLException {
        var read = new TreeMap<String, Long>();
        for (Map.Entry<String, TestDatabase> side : Map.of("a ", a.database(), "b ", b.database(), "hub ", fleet.hub())
                .entrySet()) {
            awaitTheEndOfSessions(side.getValue());
            for (String line : side.getValue().rows(READ)) {
                String[] fields = line.split("\\|", -1);
                read.put(side.getKey() + fields[0], Long.valueOf(fields[1]));
            }
        }
        return read;
    }

    /** What a session did is counted by the time that it has ended. */
    static void awaitTheEndOfSessions(TestDatabase side) throws SQLException {
        String others = "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'offsync%'";
        while (!"0".equals(side.scalar(others))) {
            Thread.onSpinWait();
        }
    }
}
