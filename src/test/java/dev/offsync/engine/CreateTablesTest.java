package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An empty database becomes a device from the hub's definition of its tables. */
class CreateTablesTest {
    private static final String COLUMNS = """
            SELECT column_name, data_type, is_nullable, coalesce(column_default, generation_expression, identity_generation)
            FROM information_schema.columns
            WHERE table_schema = 'stock' AND table_name = 'Big One'
            ORDER BY ordinal_position
            """;
    private static final String CONSTRAINTS = """
            SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = 'stock."Big One"'::regclass AND contype <> 'n'
            ORDER BY conname
            """;
    private static final String INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'stock' ORDER BY 1";

    private TestDatabase hub;
    private Device device;

    @BeforeEach
    void prepare() throws SQLException {
        hub = TestDatabases.create(TestServers.hub());
        hub.exec("""
                CREATE SCHEMA stock;
                CREATE TYPE stock.mood AS ENUM ('fine', 'so ''so''');
                CREATE DOMAIN stock.positive AS integer DEFAULT 3 CHECK (VALUE > 0);
                CREATE TABLE stock.kind (id serial PRIMARY KEY);
                CREATE TABLE stock."Big One" (
                    id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    moods stock.mood[] DEFAULT '{fine}',
                    many  stock.positive,
                    price numeric(10, 2) DEFAULT 1.5 NOT NULL CHECK (price > 0),
                    code  text COLLATE "C" UNIQUE,
                    twice integer GENERATED ALWAYS AS (id * 2) STORED,
                    kind  integer REFERENCES stock.kind ON DELETE SET NULL
                );
                CREATE INDEX dear ON stock."Big One" (price) WHERE price > 100;
                INSERT INTO stock.kind VALUES (1);
                INSERT INTO stock."Big One" (moods, many, code, kind) VALUES ('{fine,"so ''so''"}', 5, 'x', 1);
                """);
        device = new Device("new", TestDatabases.create(TestServers.device()), hub.url());
    }

    @AfterEach
    void drop() throws SQLException {
        device.close();
        hub.close();
    }

    @Test
    void the_tables_come_out_as_on_the_hub_and_are_filled() throws SQLException {
        device.initCreating("stock.\"Big One\"", "stock.kind");
        assertThat(device.rows(COLUMNS)).isEqualTo(hub.rows(COLUMNS));
        assertThat(device.rows(CONSTRAINTS)).isEqualTo(hub.rows(CONSTRAINTS));
        assertThat(device.rows(INDEXES)).isEqualTo(hub.rows(INDEXES));

        device.pull();
        String rows = "SELECT t::text FROM stock.\"Big One\" AS t";
        assertThat(device.rows(rows)).isEqualTo(hub.rows(rows));
    }

    @Test
    void a_table_that_is_there_is_left_as_it_is() throws SQLException {
        device.exec("CREATE SCHEMA stock; CREATE TABLE stock.kind (id integer PRIMARY KEY, note text)");
        device.initCreating("stock.kind");
        assertThat(device.rows(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = 'kind' ORDER BY 1"))
                .containsExactly("id", "note");
    }
}
