package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.Direction;
import dev.offsync.sync.Deinit;
import dev.offsync.sync.DeinitOptions;
import dev.offsync.sync.Devices;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After deinit a database is what it was before init, but for what the application did. */
class DeinitTest {
    private static final String SCHEMA = """
            CREATE TABLE products (id serial PRIMARY KEY, name text);
            CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY (START 100 MAXVALUE 5000 CYCLE) PRIMARY KEY, n text);
            CREATE TABLE "Odd ""table" (id integer PRIMARY KEY, note text) PARTITION BY RANGE (id);
            CREATE TABLE odd_1 PARTITION OF "Odd ""table" FOR VALUES FROM (0) TO (100);
            CREATE TABLE rates (id integer PRIMARY KEY, rate numeric);
            """;
    private static final String[] TABLES = {"products", "visits", "\"Odd \"\"table\""};

    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared(SCHEMA).cold();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private DeinitResult deinit(boolean discardPending) {
        return new Deinit(fleet.a().settings()).run(new DeinitOptions(false, discardPending, false));
    }

    private DeinitResult deinitHub(boolean discardPending) {
        return new Deinit(fleet.a().settings()).run(new DeinitOptions(true, discardPending, false));
    }

    private static OffsyncException refusal(ThrowingCallable call) {
        return catchThrowableOfType(OffsyncException.class, call);
    }

    /** Everything of a database's own objects that offsync could have left something in. */
    private static List<String> definition(TestDatabase database) throws SQLException {
        var all = new ArrayList<String>();
        all.addAll(database.rows("SELECT 'trigger', tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
                + " ORDER BY 2, 3"));
        all.addAll(database.rows("SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 2"));
        all.addAll(
                database.rows("SELECT 'function', oid::regprocedure FROM pg_proc WHERE pronamespace::regnamespace::text"
                        + " NOT IN ('pg_catalog', 'information_schema') ORDER BY 2"));
        all.addAll(database.rows("SELECT 'relation', oid::regclass, relkind FROM pg_class WHERE relnamespace ="
                + " 'public'::regnamespace ORDER BY 2"));
        all.addAll(
                database.rows(
                        "SELECT 'column', attrelid::regclass, attname FROM pg_attribute AS a JOIN pg_class AS c"
                                + " ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 ORDER BY 2, 3"));
        all.addAll(
                database.rows("SELECT 'sequence', seqrelid::regclass, seqstart, seqmin, seqmax, seqcycle, seqincrement"
                        + " FROM pg_sequence ORDER BY 2"));
        return all;
    }

    @Test
    void nothing_of_offsync_is_left_and_the_rows_stay() throws SQLException {
        List<String> before = definition(fleet.a().database());
        fleet.a().initWithRanges(1000, TABLES);
        fleet.a().init(Direction.PULL, "rates");
        fleet.a()
                .exec("INSERT INTO products (name) VALUES ('tea'); INSERT INTO visits (n) VALUES ('x');"
                        + " INSERT INTO \"Odd \"\"table\" VALUES (1, 'odd')");
        fleet.a().sync();
        assertThat(definition(fleet.a().database())).isNotEqualTo(before);

        DeinitResult result = deinit(false);
        assertThat(result.device()).isEqualTo("a");
        assertThat(result.changes()).anyMatch(change -> change.contains("triggers from products"));
        assertThat(definition(fleet.a().database())).isEqualTo(before);
        assertThat(fleet.a().rows("SELECT name FROM products")).containsExactly("tea");
        fleet.a().exec("INSERT INTO rates VALUES (1, 2); UPDATE products SET name = 'milk'");

        assertThat(deinit(false).changes()).isEmpty();
    }

    @Test
    @Tag("guarantee-14")
    void sequences_go_on_past_the_largest_key_within_their_bounds() throws SQLException {
        fleet.a().exec("INSERT INTO visits (n) VALUES ('before')");
        fleet.a().initWithRanges(1000, TABLES);
        fleet.a().sync();
        fleet.a().exec("INSERT INTO products (name) VALUES ('in the range')");
        long key = Long.parseLong(String.valueOf(fleet.a().scalar("SELECT id FROM products")));
        fleet.a().exec("INSERT INTO visits (id, n) OVERRIDING SYSTEM VALUE VALUES (700, 'by hand')");
        fleet.a().sync();
        deinit(false);

        fleet.a().exec("INSERT INTO products (name) VALUES ('after'); INSERT INTO visits (n) VALUES ('after')");
        assertThat(fleet.a().rows("SELECT id FROM products WHERE name = 'after'"))
                .containsExactly(Long.toString(key + 1));
        assertThat(fleet.a().rows("SELECT id FROM visits WHERE n = 'after'")).containsExactly("701");
    }

    @Test
    @Tag("guarantee-14")
    void a_sequence_of_an_empty_table_starts_where_it_would() throws SQLException {
        fleet.a().initWithRanges(1000, TABLES);
        deinit(false);
        fleet.a().exec("INSERT INTO products (name) VALUES ('x'); INSERT INTO visits (n) VALUES ('x')");
        assertThat(fleet.a().rows("SELECT id FROM products")).containsExactly("1");
        assertThat(fleet.a().rows("SELECT id FROM visits")).containsExactly("100");
    }

    @Test
    void unsent_work_is_not_lost_by_mistake() throws SQLException {
        fleet.a().init(TABLES);
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea')");
        OffsyncException refusal = refusal(() -> deinit(false));
        assertThat(refusal.reason()).isEqualTo(Reason.USAGE);
        assertThat(refusal).hasMessageContaining("unsent work here: 1 operation");
        assertThat(refusal.hint()).contains("offsync sync", "--discard-pending");
        assertThat(fleet.a().states()).hasSize(1);

        DeinitResult result = deinit(true);
        assertThat(result.discarded()).isEqualTo(1);
        assertThat(fleet.a().rows("SELECT name FROM products")).containsExactly("tea");
    }

    @Test
    void a_dry_run_removes_nothing() throws SQLException {
        fleet.a().init(TABLES);
        DeinitResult plan = new Deinit(fleet.a().settings()).run(new DeinitOptions(false, false, true));
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea')");
        assertThat(fleet.a().states()).hasSize(1);
        fleet.a().sync();
        assertThat(plan.changes()).isNotEmpty().hasSameSizeAs(deinit(false).changes());
    }

    @Test
    void an_operators_view_is_not_dropped_along() throws SQLException {
        fleet.a().init(TABLES);
        fleet.a().exec("CREATE VIEW waiting AS SELECT * FROM offsync.operation_queue");
        OffsyncException refusal = refusal(() -> deinit(false));
        assertThat(refusal).hasMessageContaining("waiting");
        assertThat(refusal.hint()).contains("DROP VIEW waiting");
        fleet.a().exec("DROP VIEW waiting");
        deinit(false);
    }

    @Test
    void sync_columns_stay_and_offsyncs_indexes_go() throws SQLException {
        fleet.a().init(InitRequest.of("products").syncColumns().localOnly());
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea')");
        deinit(true);
        assertThat(fleet.a().rows("SELECT sync_status, version FROM products")).containsExactly("pending|1");
        assertThat(fleet.a().rows("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'products'::regclass"))
                .containsExactly("products_pkey");
        fleet.a().exec("UPDATE products SET name = 'milk'");
    }

    @Test
    void a_device_can_be_prepared_again() throws SQLException {
        fleet.a().init(TABLES);
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea')");
        fleet.a().sync();
        deinit(false);
        fleet.a().exec("INSERT INTO products (name) VALUES ('milk')");
        Device again = fleet.a();
        OffsyncException taken = refusal(() -> again.init(TABLES));
        assertThat(taken.hint()).contains("devices revoke");
        new Devices(again.settings()).revoke("a");
        again.init(TABLES);
        again.sync();
        assertThat(fleet.onHub("SELECT name FROM products ORDER BY id")).containsExactly("tea", "milk");
        assertThat(again.conflicts()).isEmpty();
    }

    @Test
    void the_hub_is_what_it_was_before_init() throws SQLException {
        List<String> before = definition(fleet.hub());
        fleet.a().init(TABLES);
        fleet.b().init(TABLES);
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea')");
        fleet.a().sync();
        fleet.b().exec("INSERT INTO products (name) VALUES ('milk')");
        fleet.b().pull();
        OffsyncException refusal = refusal(() -> deinitHub(false));
        assertThat(refusal.reason()).isEqualTo(Reason.USAGE);
        assertThat(refusal).hasMessageContaining("b (1)");

        fleet.b().sync();
        fleet.b().pull();
        DeinitResult result = deinitHub(false);
        assertThat(result.devices()).containsExactly("a", "b");
        assertThat(definition(fleet.hub())).isEqualTo(before);
        assertThat(fleet.onHub("SELECT name FROM products ORDER BY name")).containsExactly("milk", "tea");
        assertThat(deinitHub(false).changes()).isEmpty();
        assertThat(refusal(() -> fleet.a().sync()).reason()).isEqualTo(Reason.NOT_INITIALISED);
    }

    @Test
    @Tag("guarantee-17")
    void single_tables_are_taken_out_and_come_back_with_what_both_sides_have_by_then() throws SQLException {
        fleet.a().init("products", "visits");
        fleet.a().exec("INSERT INTO products (name) VALUES ('one'); INSERT INTO visits (n) VALUES ('one')");
        fleet.a().sync();
        fleet.a().exec("UPDATE visits SET n = 'unsent'");
        var options = new DeinitOptions(false, List.of("visits"), false, false);
        assertThat(refusal(() -> new Deinit(fleet.a().settings()).run(options)).reason())
                .isEqualTo(Reason.USAGE);
        fleet.a().sync();
        new Deinit(fleet.a().settings()).run(options);

        fleet.a().exec("INSERT INTO visits (n) VALUES ('after'); INSERT INTO products (name) VALUES ('two')");
        assertThat(fleet.a().sync().push().pushed()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT n FROM visits")).containsExactly("unsent");
        assertThat(fleet.a().rows("SELECT seqmin, seqmax FROM pg_sequence WHERE seqrelid = 'visits_id_seq'::regclass"))
                .containsExactly("1|5000");
        assertThat(fleet.a().rows("SELECT DISTINCT table_name FROM offsync.operation_queue"))
                .containsExactly("products");

        fleet.a().init("visits");
        assertThat(fleet.a().sync().exitCode()).isZero();
        assertThat(fleet.onHub("SELECT n FROM visits ORDER BY n")).containsExactly("after", "unsent");
        fleet.a().exec("DROP TABLE products");
        new Deinit(fleet.a().settings()).run(new DeinitOptions(false, List.of("products"), false, false));
        assertThat(fleet.a().sync().exitCode()).isZero();
    }
}
