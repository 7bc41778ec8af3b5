package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offsync.model.Use;
import dev.offsync.testing.PgBouncer;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.Sql;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hub behind PgBouncer in transaction mode, whose server sessions are shared with whoever else comes by. */
@Tag("guarantee-21")
class PoolerTest {
    private static final String SCHEMA =
            "CREATE TABLE item (id integer PRIMARY KEY, name text, photo bytea, span interval,"
                    + " ratio float8, price money); CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item)";
    private static final String ITEMS = "SELECT id, name, photo, span, ratio, price::numeric FROM item ORDER BY id";

    private Fleet fleet;
    private PgBouncer pooler;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException, IOException {
        assumeTrue(PgBouncer.isInstalled(), "pgbouncer is not installed");
        fleet = Fleet.unprepared(SCHEMA);
        ServerAddress hub = fleet.hub().address();
        pooler = PgBouncer.before(fleet.hub().server(), Map.of(hub.user(), hub.password()), 2);
        // The owner prepares the hub directly; the device comes through the pooler from the first word on.
        fleet.b().init("item", "part");
        a = new Device("a", fleet.a().database(), pooler.to(hub).url());
        a.init("item", "part");
        poison(pooler.to(hub));
    }

    /** Leaves settings behind in both server sessions, as a careless application does. */
    private static void poison(ServerAddress hub) throws SQLException {
        try (var first = new Sql(hub.connect());
                var second = new Sql(hub.connect())) {
            first.exec("BEGIN");
            second.exec("BEGIN");
            for (Sql session : new Sql[] {first, second}) {
                session.exec("SET bytea_output = escape; SET extra_float_digits = -5; SET intervalstyle = iso_8601;"
                        + "SET default_transaction_isolation = 'repeatable read'; SET constraint_exclusion = off");
                session.exec("COMMIT");
            }
        }
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        if (pooler != null) {
            pooler.close();
            fleet.close();
        }
    }

    @Test
    void every_verb_works_and_values_arrive_bit_for_bit() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one', '\\x00ff', '1 mon 2 days', 0.1::float8 + 0.2, '12.34');"
                + "INSERT INTO part VALUES (10, 1)");
        assertThat(a.push().pushed()).isEqualTo(2);
        fleet.b().exec("INSERT INTO item VALUES (2, 'two', '\\x0a', '-3 hours', 1e-300, '-0.01')");
        fleet.b().sync();
        assertThat(a.pull().pulled()).isEqualTo(1);
        a.exec("DELETE FROM part; UPDATE item SET name = 'uno' WHERE id = 1");
        assertThat(a.sync().exitCode()).isZero();
        fleet.b().sync();

        assertThat(a.rows(ITEMS)).hasSize(2).isEqualTo(fleet.onHub(ITEMS));
        assertThat(fleet.b().rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_conflict_is_found_settled_and_pushed() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.sync();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        fleet.hub().exec("UPDATE item SET name = 'there'");
        a.exec("UPDATE item SET name = 'here'");
        assertThat(a.sync().exitCode()).isEqualTo(3);
        a.resolve(Use.LOCAL);
        assertThat(a.sync().exitCode()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("here");
    }

    @Test
    void a_large_batch_and_a_pull_in_chunks_pass_through() throws SQLException {
        a.configure("batch_size", "500");
        a.exec("INSERT INTO item SELECT i, 'n' || i FROM generate_series(1, 1200) AS i");
        assertThat(a.sync().exitCode()).isZero();
        fleet.hub().exec("INSERT INTO item SELECT i, 'm' || i FROM generate_series(2001, 6000) AS i");
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.scalar("SELECT count(*) FROM item")).isEqualTo("5200");
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("5200");
    }
}
