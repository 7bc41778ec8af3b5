package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.Row;
import dev.offsync.model.StatusReport;
import dev.offsync.model.Use;
import dev.offsync.sync.Status;
import dev.offsync.sync.StatusOptions;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do between two statements of a run: applications, a second command, a network that is late. */
class InterferenceTest {
    private static final String SCHEMA = """
            CREATE DOMAIN filled AS text NOT NULL;
            CREATE TYPE size AS ENUM ('s', 'm');
            CREATE TABLE item (id integer PRIMARY KEY, name text);
            CREATE TABLE later (id integer PRIMARY KEY, name text);
            CREATE TABLE shirt (id size PRIMARY KEY, name filled);
            CREATE TABLE price (id numeric PRIMARY KEY, name text, net integer);
            CREATE TABLE child (id integer PRIMARY KEY, item_id integer REFERENCES item);
            CREATE TABLE grandchild (id integer PRIMARY KEY, child_id integer REFERENCES child);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "later", "shirt", "price", "child", "grandchild");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    /** Waits until a session of the device's database waits for a lock. */
    private void awaitBlocked() throws SQLException {
        awaitBlocked(a.database());
    }

    static void awaitBlocked(TestDatabase database) throws SQLException {
        awaitSession(database, "wait_event_type = 'Lock'", "nobody waits for a lock");
    }

    /** Waits until there is a session of the database that {@code condition} is true of; {@code otherwise}: the complaint. */
    static void awaitSession(TestDatabase database, String condition, String otherwise) throws SQLException {
        database.exec("""
                DO $$
                BEGIN
                    FOR i IN 1..1000 LOOP
                        PERFORM pg_stat_clear_snapshot();
                        IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND %s) THEN
                            RETURN;
                        END IF;
                        PERFORM pg_sleep(0.02);
                    END LOOP;
                    RAISE EXCEPTION '%s';
                END $$
                """.formatted(condition, otherwise));
    }

    @Test
    @Tag("guarantee-10")
    void a_row_inserted_while_the_hubs_row_of_its_key_is_pulled_is_a_conflict() throws SQLException {
        fleet.hub().exec("INSERT INTO later VALUES (1, 'one')");
        a.sync();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'hub'); UPDATE later SET name = 'uno'");
        CompletableFuture<PullResult> pull;
        try (Sql application = a.open()) {
            application.exec("BEGIN; SELECT FROM later FOR UPDATE");
            pull = CompletableFuture.supplyAsync(a::pull);
            awaitBlocked();
            a.exec("INSERT INTO item VALUES (1, 'local')");
            application.exec("ROLLBACK");
        }
        assertThat(pull.join().conflicts().detected()).isOne();
        a.sync();
        assertThat(a.rows("SELECT name FROM item")).containsExactly("local");
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("hub");
    }

    @Test
    @Tag("guarantee-6")
    void a_row_that_the_hub_is_just_inserting_is_a_conflict_and_no_try() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'local')");
        CompletableFuture<PushResult> push;
        try (Sql writer = fleet.hub().open()) {
            writer.exec("BEGIN; INSERT INTO item VALUES (1, 'hub')");
            push = CompletableFuture.supplyAsync(a::push);
            awaitBlocked(fleet.hub());
            writer.exec("COMMIT");
        }
        assertThat(push.join().conflicts().detected()).isOne();
        assertThat(push.join().problems()).isEmpty();
        assertThat(a.rows("SELECT retry_count, status FROM offsync.operation_queue"))
                .containsExactly("0|conflict");
    }

    @Test
    @Tag("guarantee-5")
    void status_beside_a_push_leaves_the_contact_to_the_push() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.sync();
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        CompletableFuture<PushResult> push;
        StatusReport status;
        try (Sql application = a.open()) {
            application.exec("BEGIN; LOCK TABLE offsync.row_1 IN EXCLUSIVE MODE");
            push = CompletableFuture.supplyAsync(a::push);
            awaitBlocked();
            status = new Status(a.settings(), Progress.NONE).run(new StatusOptions(false, null));
            application.exec("ROLLBACK");
        }
        assertThat(push.join().pushed()).isOne();
        assertThat(status.problems()).isEmpty();
        assertThat(a.sync().push().remaining()).isZero();
    }

    @Test
    @Tag("guarantee-5")
    void the_last_words_of_a_dead_run_come_to_nothing_once_the_next_has_greeted() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 'one')");
        a.sync();
        String dead =
                "SELECT offsync.contact(id, gen_random_uuid(), contact_seq, contact_nonce, gen_random_uuid(), '{}')"
                        + " FROM offsync.device WHERE name = 'a'";
        SQLException refused =
                catchThrowableOfType(SQLException.class, () -> fleet.hub().rows(dead));
        assertThat(refused.getMessage()).contains("a later run of device a");
        a.sync();
    }

    @Test
    @Tag("guarantee-13")
    void what_references_a_row_in_conflict_waits_for_it_through_others_and_when_written_later() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (1, 'hub')");
        a.exec(
                "INSERT INTO item VALUES (1, 'mine'); INSERT INTO child VALUES (1, 1); INSERT INTO grandchild VALUES (1, 1)");
        a.push();
        a.exec("INSERT INTO child VALUES (2, 1)");
        PushResult waiting = a.push();
        assertThat(waiting.problems()).isEmpty();
        assertThat(waiting.parked()).isEqualTo(3);
        assertThat(fleet.onHub("SELECT id FROM child")).isEmpty();

        a.resolve(Use.LOCAL);
        assertThat(a.push().remaining()).isZero();
        assertThat(fleet.onHub("SELECT id FROM child ORDER BY id")).containsExactly("1", "2");
        assertThat(fleet.onHub("SELECT id FROM grandchild")).containsExactly("1");
    }

    @Test
    @Tag("guarantee-2")
    void keys_and_domains_of_the_users_own_types_stand_in_no_writes_way() throws SQLException {
        a.exec("INSERT INTO shirt VALUES ('s', 'small')");
        fleet.hub().exec("INSERT INTO shirt VALUES ('m', 'medium')");
        fleet.settle();
        assertThat(fleet.b().rows("SELECT * FROM shirt ORDER BY id")).containsExactly("s|small", "m|medium");
    }

    @Test
    @Tag("guarantee-10")
    void a_pending_change_is_found_under_any_spelling_of_its_key() throws SQLException {
        a.exec("INSERT INTO price VALUES (1.0, 'one', 1)");
        a.sync();
        fleet.hub().exec("UPDATE price SET net = 2");
        a.exec("UPDATE price SET id = 1.00, name = 'uno'");
        assertThat(a.pull().conflicts().detected()).isOne();
        a.sync();
        assertThat(a.rows("SELECT * FROM price")).isEqualTo(fleet.onHub("SELECT * FROM price"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("guarantee-10")
    void a_row_whose_key_both_sides_spell_anew_is_one_conflict(boolean pushFirst) throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        a.exec("INSERT INTO price VALUES (1, 'one', 1)");
        a.sync();
        fleet.hub().exec("UPDATE price SET id = 1.00, name = 'hub'");
        a.exec("UPDATE price SET id = 1.000, name = 'a'");
        if (pushFirst) {
            assertThat(a.push().conflicts().detected()).isOne();
        }
        assertThat(a.pull().conflicts().detected()).isEqualTo(pushFirst ? 0 : 1);
        fleet.hub().exec("UPDATE price SET id = 1.0000, name = 'later'");
        a.exec("UPDATE price SET id = 1.00000, name = 'a later'");
        assertThat(a.sync().exitCode()).isEqualTo(3);
        assertThat(a.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.local()).isEqualTo(price("1.00000", "a later"));
            assertThat(conflict.remote()).isEqualTo(price("1.0000", "later"));
        });

        assertThat(a.resolve(Use.LOCAL).resolved()).hasSize(1);
        assertThat(a.sync().exitCode()).isZero();
        fleet.settle();
        assertThat(fleet.onHub("SELECT * FROM price"))
                .containsExactly("1.00000|a later|1")
                .isEqualTo(a.rows("SELECT * FROM price"))
                .isEqualTo(fleet.b().rows("SELECT * FROM price"));
        assertThat(a.conflicts()).singleElement().matches(ConflictEntry::resolved);
    }

    private static Row price(String id, String name) {
        return Row.of(List.of("id", "name", "net"), List.of(id, name, "1"));
    }

    @Test
    @Tag("guarantee-5")
    @Tag("guarantee-15")
    void a_database_restored_into_a_younger_cluster_stops_instead_of_sending_nothing() throws SQLException {
        a.sync();
        a.exec("UPDATE offsync.device SET claimed_below = '9000000000'");
        a.exec("INSERT INTO item VALUES (1, 'one')");
        OffsyncException stopped = catchThrowableOfType(OffsyncException.class, a::push);
        assertThat(stopped.reason()).isEqualTo(Reason.CLONED_DEVICE);
    }
}
