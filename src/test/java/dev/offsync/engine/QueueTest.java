package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.Progress;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.RetryResult;
import dev.offsync.sync.Discard;
import dev.offsync.sync.DiscardOptions;
import dev.offsync.sync.Purge;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.QueueFilter.Status;
import dev.offsync.sync.QueueVerbs;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A person looks at rejected operations, sends them again or drops them; after a drop the device has the hub's rows. */
@Tag("guarantee-6")
class QueueTest {
    private static final String SCHEMA = """
            CREATE TABLE products (id integer PRIMARY KEY, name text, price integer);
            CREATE TABLE orders (id integer PRIMARY KEY, product_id integer NOT NULL REFERENCES products, note text);
            """;

    private Fleet fleet;
    private Device till;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "products", "orders");
        till = fleet.a();
        fleet.hub().exec("ALTER TABLE products ADD CONSTRAINT positive CHECK (price > 0)");
        till.exec("INSERT INTO offsync.sync_config VALUES ('max_retry_count', '1')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private QueueVerbs queue() {
        return new QueueVerbs(till.settings());
    }

    private static QueueChoice all(@Nullable Status status) {
        return QueueChoice.matching(new QueueFilter(null, status));
    }

    private DiscardResult discard(long... ids) {
        return discard(QueueChoice.of(Arrays.stream(ids).boxed().toList()));
    }

    private DiscardResult discard(QueueChoice choice) {
        return new Discard(till.settings()).run(new DiscardOptions(choice, null, false));
    }

    private List<QueueEntry> list(@Nullable String table, @Nullable Status status) {
        return queue().list(new QueueFilter(table, status), 100).operations();
    }

    private long failed() {
        return list(null, Status.FAILED).get(0).id();
    }

    private static OffsyncException refusal(ThrowingCallable call) {
        OffsyncException refusal = catchThrowableOfType(OffsyncException.class, call);
        assertThat(refusal.reason().exitCode()).isEqualTo(2);
        return refusal;
    }

    /** Syncs, and asserts that nothing waits and that the device has the hub's rows. */
    private void assertConverged() throws SQLException {
        assertThat(till.sync().exitCode()).isZero();
        assertThat(list(null, null)).isEmpty();
        for (String table : List.of("products", "orders")) {
            String content = "SELECT * FROM " + table + " ORDER BY id";
            assertThat(till.rows(content)).isEqualTo(fleet.onHub(content));
        }
    }

    @Test
    void the_queue_is_listed_by_table_and_status() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        till.exec("INSERT INTO products VALUES (2, 'milk', 0)");
        till.push();
        till.exec("INSERT INTO orders VALUES (1, 2, 'milk'), (2, 1, 'tea')");
        till.push();
        till.exec("INSERT INTO products VALUES (3, 'oil', 2)");

        assertThat(list(null, null))
                .extracting(QueueEntry::status)
                .containsExactly("failed", "pending", "pending", "pending");
        assertThat(list("products", null)).extracting(QueueEntry::recordId).containsExactly("2", "3");
        assertThat(list(null, Status.FAILED)).singleElement().satisfies(entry -> {
            assertThat(entry.table()).isEqualTo("products");
            assertThat(entry.operation()).isEqualTo("insert");
            assertThat(entry.retryCount()).isEqualTo(1);
            assertThat(entry.lastError()).contains("positive");
        });
        assertThat(list(null, Status.PARKED)).extracting(QueueEntry::parkedBy).containsExactly(failed(), failed());
        assertThat(list(null, Status.COMPLETED))
                .extracting(QueueEntry::recordId)
                .containsExactly("1");
        assertThat(list(null, Status.CONFLICT)).isEmpty();
        assertThat(queue().list(new QueueFilter(null, null), 1).total()).isEqualTo(4);
        assertThat(refusal(() -> list("customers", null)).hint()).contains("orders", "products");
    }

    @Test
    void retry_sends_again_what_failed_and_what_was_parked_behind_it() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0), (2, 'milk', 1)");
        till.push();
        till.exec("INSERT INTO orders VALUES (1, 1, 'tea')");
        till.push();
        assertThat(fleet.onHub("SELECT * FROM products")).isEmpty();
        long parked = list(null, Status.PARKED).get(0).id();

        fleet.hub().exec("ALTER TABLE products DROP CONSTRAINT positive");
        assertThat(till.push().exitCode()).isEqualTo(4);
        assertThat(queue().retry(QueueChoice.of(List.of(parked)))).isEqualTo(new RetryResult(1, 2));
        assertThat(till.push().exitCode()).isZero();
        assertThat(fleet.onHub("SELECT * FROM orders")).containsExactly("1|1|tea");
        assertConverged();
        assertThat(queue().retry(all(null))).isEqualTo(new RetryResult(0, 0));
    }

    @Test
    void a_retry_counts_the_tries_anew() throws SQLException {
        till.exec("UPDATE offsync.sync_config SET config_value = '2' WHERE config_key = 'max_retry_count'");
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.push();
        till.push();
        assertThat(queue().retry(QueueChoice.of(List.of(failed()))).retried()).isEqualTo(1);
        till.push();
        assertThat(list(null, null))
                .extracting(e -> e.status() + e.retryCount())
                .containsExactly("pending1");
        till.push();
        assertThat(list(null, null))
                .extracting(e -> e.status() + e.retryCount())
                .containsExactly("failed2");
    }

    @Test
    void a_discarded_update_gives_the_row_of_the_hub_back() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        till.exec("UPDATE products SET name = 'bad tea', price = -1");
        till.push();
        DiscardResult result = discard(failed());
        assertThat(result.restored()).isEqualTo(1);
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|tea|1");
        assertConverged();
        assertThat(till.rows("SELECT status, discarded_by, discard_reason LIKE '%positive%', synced_at IS NOT NULL"
                        + " FROM offsync.operation_queue WHERE discarded_by IS NOT NULL"))
                .containsExactly("completed|" + System.getProperty("user.name") + "|t|t");
        assertThat(list(null, Status.DISCARDED)).hasSize(1);
        till.exec("UPDATE products SET price = 2");
        assertConverged();
        assertThat(fleet.onHub("SELECT * FROM products")).containsExactly("1|tea|2");
    }

    @Test
    void what_the_hub_changed_meanwhile_arrives_with_the_next_pull() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        till.exec("UPDATE products SET price = -1");
        till.push();
        fleet.hub().exec("UPDATE products SET name = 'green tea', price = 7");
        discard(failed());
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|tea|1");
        assertConverged();
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|green tea|7");
        assertThat(till.conflicts()).isEmpty();
    }

    @Test
    void after_a_conflict_that_was_settled_for_the_local_row_the_hubs_row_of_it_comes_back() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        fleet.hub().exec("UPDATE products SET name = 'green tea', price = 7");
        till.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('local_wins')");
        till.exec("UPDATE products SET price = -1");
        till.pull();
        till.push();
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|tea|-1");
        till.exec("INSERT INTO offsync.sync_config VALUES ('conflict_retention', '0s')");
        new Purge(till.settings(), Progress.NONE).run(new PurgeOptions(null, null, false));
        discard(failed());
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|green tea|7");
        assertConverged();
    }

    @Test
    void a_discarded_insert_is_gone_with_the_later_changes_of_its_row() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.push();
        long insert = failed();
        till.exec("UPDATE products SET name = 'green tea'");
        DiscardResult result = discard(insert);
        assertThat(result.discarded()).extracting(QueueEntry::operation).containsExactly("insert", "update");
        assertThat(till.rows("SELECT * FROM products")).isEmpty();
        assertConverged();
        assertThat(fleet.onHub("SELECT * FROM products")).isEmpty();
        till.exec("INSERT INTO products VALUES (1, 'tea', 3)");
        assertConverged();
        assertThat(fleet.onHub("SELECT * FROM products")).containsExactly("1|tea|3");
    }

    @Test
    void an_older_change_of_the_row_stays() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.push();
        till.exec("UPDATE products SET name = 'green tea'");
        till.push();
        long update = list(null, null).get(1).id();
        DiscardResult result = discard(update);
        assertThat(result.discarded()).extracting(QueueEntry::operation).containsExactly("update");
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|tea|0");
        assertThat(list(null, null)).singleElement().satisfies(entry -> assertThat(entry.operation())
                .isEqualTo("insert"));

        fleet.hub().exec("ALTER TABLE products DROP CONSTRAINT positive");
        queue().retry(all(null));
        assertConverged();
        assertThat(fleet.onHub("SELECT * FROM products")).containsExactly("1|tea|0");
    }

    @Test
    void a_discarded_delete_brings_the_row_back() throws SQLException {
        fleet.hub().exec("""
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it stays'; END $$;
                CREATE TRIGGER keep BEFORE DELETE ON products FOR EACH ROW EXECUTE FUNCTION keep();
                """);
        till.exec("INSERT INTO products VALUES (1, 'tea', 1), (2, 'milk', 2)");
        till.push();
        till.exec("DELETE FROM products WHERE id = 1");
        till.push();
        assertThat(discard(failed()).restored()).isEqualTo(1);
        assertThat(till.rows("SELECT * FROM products ORDER BY id")).containsExactly("1|tea|1", "2|milk|2");
        assertConverged();
        till.exec("UPDATE products SET price = 5 WHERE id = 1");
        assertConverged();
        assertThat(fleet.onHub("SELECT price FROM products WHERE id = 1")).containsExactly("5");
    }

    @Test
    void a_discarded_operation_holds_nothing_back_any_more() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        till.exec("INSERT INTO products VALUES (2, 'milk', 0), (3, 'oil', 3)");
        till.push();
        assertThat(fleet.onHub("SELECT id FROM products")).containsExactly("1");
        DiscardResult result = discard(failed());
        assertThat(result.released()).isEqualTo(1);
        assertThat(result.sameTransaction()).hasSize(1);
        assertConverged();
        assertThat(fleet.onHub("SELECT id FROM products ORDER BY id")).containsExactly("1", "3");
    }

    @Test
    void a_row_that_others_need_is_not_taken_away() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.exec("INSERT INTO orders VALUES (1, 1, 'tea')");
        till.push();
        assertThat(refusal(() -> discard(failed()))).hasMessageContaining("rows of orders reference it");
        assertThat(list(null, Status.FAILED)).hasSize(1);
        assertThat(till.rows("SELECT * FROM products")).hasSize(1);

        long order = list("orders", null).get(0).id();
        assertThat(discard(failed(), order).restored()).isEqualTo(2);
        assertThat(till.rows("SELECT * FROM products")).isEmpty();
        assertConverged();
    }

    @Test
    void a_row_whose_parent_was_deleted_here_does_not_come_back_alone() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1); INSERT INTO orders VALUES (1, 1, 'tea')");
        till.push();
        till.exec("DELETE FROM orders; DELETE FROM products");
        long deletion = list("orders", null).get(0).id();
        assertThat(refusal(() -> discard(deletion))).hasMessageContaining("products that it references is not here");
        assertThat(discard(all(Status.PENDING)).restored()).isEqualTo(2);
        assertConverged();
        assertThat(till.rows("SELECT * FROM orders")).containsExactly("1|1|tea");
    }

    @Test
    void operations_of_one_transaction_on_a_row_go_together_whatever_their_order() throws SQLException {
        // This trigger's update of the row is captured before the insert.
        till.exec("""
                CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN UPDATE products SET name = name || '!' WHERE id = NEW.id; RETURN NULL; END $$;
                CREATE TRIGGER stamp AFTER INSERT ON products FOR EACH ROW EXECUTE FUNCTION stamp();
                """);
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        assertThat(list(null, null)).extracting(QueueEntry::operation).containsExactly("update", "insert");
        long insert = list(null, null).get(1).id();
        assertThat(discard(insert).discarded()).hasSize(2);
        assertThat(till.rows("SELECT * FROM products")).isEmpty();
        assertConverged();
    }

    @Test
    void without_ids_only_what_failed_is_dropped() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.push();
        till.exec("INSERT INTO products VALUES (2, 'milk', 2)");
        assertThat(discard(all(null)).discarded())
                .extracting(QueueEntry::recordId)
                .containsExactly("1");
        assertConverged();
        assertThat(fleet.onHub("SELECT id FROM products")).containsExactly("2");
    }

    @Test
    void a_dry_run_drops_nothing() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 0)");
        till.push();
        var options = new DiscardOptions(QueueChoice.of(List.of(failed())), "a mistake", true);
        DiscardResult plan = new Discard(till.settings()).run(options);
        assertThat(plan.discarded()).hasSize(1);
        assertThat(list(null, Status.FAILED)).hasSize(1);
        assertThat(till.rows("SELECT * FROM products")).hasSize(1);
        new Discard(till.settings()).run(new DiscardOptions(options.choice(), "a mistake", false));
        assertThat(till.rows("SELECT discard_reason FROM offsync.operation_queue"))
                .containsExactly("a mistake");
    }

    @Test
    void only_what_waits_can_be_decided_on() throws SQLException {
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        long done = list(null, Status.COMPLETED).get(0).id();
        assertThat(refusal(() -> discard(done))).hasMessageContaining("is completed");
        assertThat(refusal(() -> queue().retry(QueueChoice.of(List.of(done)))).hint())
                .contains("the hub has it");
        assertThat(refusal(() -> discard(done + 100))).hasMessageContaining("there is no operation");

        till.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        fleet.hub().exec("UPDATE products SET name = 'green tea'");
        till.exec("UPDATE products SET name = 'black tea'");
        till.push();
        long conflict = list(null, Status.CONFLICT).get(0).id();
        assertThat(refusal(() -> discard(conflict)).hint()).contains("conflicts resolve");
    }

    @Test
    void local_triggers_do_not_get_between_and_nothing_is_captured() throws SQLException {
        till.exec("""
                CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;
                CREATE TRIGGER stamp BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION stamp();
                """);
        till.exec("INSERT INTO products VALUES (1, 'tea', 1)");
        till.push();
        till.exec("UPDATE products SET price = -1");
        till.push();
        discard(failed());
        assertThat(till.rows("SELECT * FROM products")).containsExactly("1|tea|1");
        assertConverged();
    }
}
