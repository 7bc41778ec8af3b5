package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody can do with a stolen, ordinary hub login of a device: write rows as that device, and nothing else. */
@Tag("guarantee-22")
class AttackTest {
    private static final String FUNCTIONS = """
            SELECT p.oid::regprocedure, p.proname, p.prosecdef,
                   ARRAY(SELECT format('NULL::%s', format_type(t, NULL))
                         FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, i) WHERE i > 1 ORDER BY i)
            FROM pg_proc AS p
            WHERE p.pronamespace = 'offsync'::regnamespace AND p.proargnames[1] = 'device_id' AND p.pronargs > 0
              AND p.proname <> 'try_batch'
            ORDER BY 1
            """;
    private static final String RELATIONS = """
            SELECT c.relname
            FROM pg_class AS c
            WHERE c.relnamespace = 'offsync'::regnamespace AND c.relkind IN ('r', 'v', 'p') AND c.relname NOT IN (?, ?)
            ORDER BY 1
            """;

    private Fleet fleet;
    private RestrictedDevice thief;
    private Sql session;
    private int own;
    private int victim;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id serial PRIMARY KEY, name text);"
                + "CREATE TABLE secret (id integer PRIMARY KEY, name text)");
        thief = RestrictedDevice.of(fleet, "item");
        fleet.b().init("secret");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'); INSERT INTO secret VALUES (1, 'hidden')");
        fleet.b().sync();
        thief.device().sync();
        own = id("a");
        victim = id("b");
        session = thief.session();
    }

    @AfterEach
    void drop() throws SQLException {
        session.close();
        thief.close();
        fleet.close();
    }

    private int id(String device) throws SQLException {
        return Integer.parseInt(
                String.valueOf(fleet.hub().scalar("SELECT id FROM offsync.device WHERE name = ?", device)));
    }

    /** All of offsync's tables on the hub, as text: nothing an attack does may show here. */
    private List<String> bookkeeping() throws SQLException {
        return fleet.onHub("""
                SELECT query_to_xml(format('SELECT * FROM offsync.%I AS t ORDER BY t::text', c.relname), true, true, '')
                FROM pg_class AS c
                WHERE c.relnamespace = 'offsync'::regnamespace AND c.relkind = 'r'
                ORDER BY c.relname
                """);
    }

    private void fails(String sql) {
        assertThatThrownBy(() -> session.exec(sql)).as(sql).isInstanceOf(SQLException.class);
    }

    @Test
    void the_ordinary_login_is_enough_for_a_devices_work() throws SQLException {
        thief.device().exec("INSERT INTO item (name) VALUES ('mine')");
        assertThat(thief.device().sync().exitCode()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item ORDER BY id")).containsExactly("one", "mine");
        assertThat(thief.device().verify().exitCode()).isZero();
    }

    @Test
    void no_function_speaks_for_another_device() throws SQLException {
        List<String> before = bookkeeping();
        List<String> names = fleet.onHub("SELECT f.proname FROM (" + FUNCTIONS + ") AS f");
        assertThat(names)
                .contains("authenticate", "contact", "apply_batch", "lease_id_range", "discard_staging", "hello")
                .contains("renew_incarnation", "purge_tombstones", "settle_in", "recount", "adopt_id_range");
        for (String function : fleet.onHub("SELECT format('SELECT offsync.%I(%s)', f.proname, array_to_string('"
                + victim + "'::text || f.array, ', ')) FROM (" + FUNCTIONS + ") AS f")) {
            fails(function);
        }
        // This one answers with what went wrong: no right to the victim's batch.
        assertThat(session.scalar("SELECT offsync.try_batch(" + victim + ", 1000, '[]', 1, 0)::text"))
                .contains("42501");
        fails("SELECT offsync.hello(" + victim + ", gen_random_uuid())");
        fails("SELECT offsync.contact(" + victim
                + ", NULL, 0, gen_random_uuid(), gen_random_uuid(), '{\"pending\": 0}')");
        fails("SELECT offsync.begin_push(" + victim + ", 1000, '{}', false)");
        fails("SELECT offsync.apply_batch(" + victim + ", 1000, 0, '[]')");
        fails("SELECT offsync.revoke_device('b')");
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void nothing_in_the_schema_can_be_changed_deleted_or_made() throws SQLException {
        List<String> before = bookkeeping();
        for (String relation : fleet.hub().rows(RELATIONS, "staging_" + own, "upload_" + own)) {
            String name = "offsync." + relation;
            String column = fleet.hub()
                    .scalar(
                            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum = 1",
                            name);
            fails("DELETE FROM " + name);
            fails("TRUNCATE " + name);
            fails("UPDATE " + name + " SET " + column + " = " + column);
            fails("INSERT INTO " + name + " SELECT * FROM " + name);
            fails("COPY " + name + " FROM PROGRAM 'echo'");
            fails("DROP TABLE " + name + " CASCADE");
            fails("ALTER TABLE " + name + " OWNER TO " + thief.login().user());
        }
        fails("DELETE FROM offsync.staging_" + own);
        fails("TRUNCATE offsync.staging_" + own);
        fails("DELETE FROM offsync.upload_" + own);
        fails("UPDATE offsync.upload_" + own + " SET rows = rows");
        fails("TRUNCATE offsync.upload_" + own);
        fails("CREATE TABLE offsync.mine (id integer)");
        fails("CREATE FUNCTION offsync.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
        fails("CREATE OR REPLACE FUNCTION offsync.cluster() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'");
        fails("ALTER FUNCTION offsync.authenticate(integer) SECURITY INVOKER");
        fails("GRANT offsync_admin TO " + thief.login().user());
        fails("ALTER TABLE item DISABLE TRIGGER ALL");
        fails("DROP TRIGGER offsync_insert ON item");
        fails("SET session_replication_role = replica");
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void what_other_devices_stage_and_are_told_cannot_be_read() throws SQLException {
        for (String relation : List.of(
                "device",
                "push",
                "batch_outcome",
                "id_range",
                "staging",
                "staging_" + victim,
                "upload",
                "upload_" + victim)) {
            fails("SELECT * FROM offsync." + relation);
        }
        assertThat(session.rows("SELECT name FROM offsync.my_device")).containsExactly("a");
        assertThat(session.rows("SELECT name FROM offsync.devices()")).containsExactly("a");
        assertThat(session.rows("SELECT DISTINCT device_id FROM offsync.device_ranges()"))
                .doesNotContain(String.valueOf(victim));
        fails("SELECT * FROM secret");
    }

    @Test
    void the_trigger_functions_work_for_offsyncs_own_triggers_alone() throws SQLException {
        session.exec("CREATE TEMP TABLE forged (LIKE item INCLUDING ALL)");
        List<String> functions = fleet.onHub("""
                SELECT p.oid::regprocedure FROM pg_proc AS p
                WHERE p.pronamespace = 'offsync'::regnamespace AND p.prorettype = 'trigger'::regtype
                """);
        assertThat(functions).hasSizeGreaterThan(4);
        for (String function : functions) {
            fails("CREATE TRIGGER forge AFTER INSERT ON forged FOR EACH STATEMENT EXECUTE FUNCTION " + function);
            fails("CREATE TRIGGER forge AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION " + function);
        }
    }

    @Test
    void names_of_ones_own_stand_in_for_nothing() throws SQLException {
        String version = "SELECT max(version) FROM offsync.row_1";
        session.exec("""
                CREATE TEMP TABLE device AS SELECT * FROM offsync.my_device;
                CREATE TEMP TABLE push (xid xid8, device_id integer, batch bigint, unsent jsonb);
                CREATE TEMP TABLE tracked_table AS SELECT * FROM offsync.tracked_table;
                CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''-infinity''::timestamptz';
                CREATE FUNCTION pg_temp.pg_current_xact_id() RETURNS xid8 LANGUAGE sql AS 'SELECT ''1''::xid8';
                CREATE FUNCTION pg_temp.current_user_is() RETURNS text LANGUAGE sql AS 'SELECT current_user::text';
                CREATE DOMAIN pg_temp.bigint AS text;
                SET search_path = pg_temp, public, pg_catalog;
                """);
        session.exec("UPDATE device SET id = " + victim);
        session.exec("INSERT INTO push VALUES (pg_catalog.pg_current_xact_id(), " + victim + ", 1, '{}')");
        fails("SELECT offsync.contact(" + victim
                + ", NULL, 0::int8, gen_random_uuid(), gen_random_uuid(), '{}'::jsonb)");
        session.exec("UPDATE public.item SET name = 'uno' WHERE id = 1");
        assertThat(fleet.hub().scalar(version)).isEqualTo("2");
        assertThat(fleet.onHub("SELECT origin, changed_at > '2020-01-01', xid > '1' FROM offsync.row_1 WHERE k1 = 1"))
                .containsExactly("∅|t|t");
    }

    @Test
    void a_batch_of_ones_own_bears_no_other_origin_and_reaches_no_other_table() throws SQLException {
        String piece = "INSERT INTO offsync.upload_" + own + " (batch, piece, table_id, layout, operations, keys,"
                + " base_versions, counts, changed_at, rows, digest) SELECT %d, 0, %s, 1, '{1}', '{%d}', '{0}', '{1}',"
                + " ARRAY[now() + interval '1 year'], '{\"(%<d,forged)\"}', ''";
        session.exec(
                piece.formatted(1000, "t.id", 2) + " FROM offsync.tracked_table AS t WHERE t.relation_name = 'secret'");
        fails("SELECT offsync.apply_batch(" + own
                + ", 1000, 1, (SELECT jsonb_build_array(jsonb_build_object('table', id,"
                + " 'layout', 1, 'hub_columns', ARRAY['id', 'name'], 'sent', ARRAY['id', 'name']))"
                + " FROM offsync.tracked_table WHERE relation_name = 'secret'))");
        assertThat(fleet.onHub("SELECT name FROM secret")).containsExactly("hidden");

        session.exec(piece.formatted(1001, "1", 7));
        session.exec("SELECT offsync.apply_batch(" + own + ", 1001, 1, '[{\"table\": 1, \"layout\": 1,"
                + " \"hub_columns\": [\"id\", \"name\"], \"sent\": [\"id\", \"name\"]}]')");
        assertThat(fleet.onHub(
                        "SELECT origin = " + own + ", changed_at <= clock_timestamp() FROM offsync.row_1 WHERE k1 = 7"))
                .containsExactly("t|t");
    }

    @Test
    void outcomes_of_another_device_stay_as_the_hub_wrote_them() throws SQLException {
        List<String> before = bookkeeping();
        fails("INSERT INTO offsync.my_batch_outcome SELECT * FROM offsync.my_batch_outcome");
        fails("DELETE FROM offsync.my_device");
        fails("UPDATE offsync.my_device SET name = 'b'");
        fails("BEGIN; SELECT offsync.begin_push(" + own + ", 1001, '{}', false); SELECT offsync.finish_push(" + victim
                + ", 1001)");
        session.exec("ROLLBACK");
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void recounting_makes_no_row_seem_gone_or_changed() throws SQLException {
        List<String> before = bookkeeping();
        session.exec("SELECT offsync.recount(" + own + ", 1, '[[\"1\"], [\"99\"]]')");
        session.exec("SELECT offsync.recount(" + own + ", 2, '[[\"1\"]]')");
        fails("SELECT offsync.recount(" + victim + ", 1, '[[\"1\"]]')");
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void every_function_that_runs_as_the_owner_is_known_here_and_pins_its_search_path() throws SQLException {
        List<String> callable = fleet.onHub("""
                SELECT p.proname FROM pg_proc AS p
                WHERE p.pronamespace = 'offsync'::regnamespace AND p.prosecdef
                  AND has_function_privilege('offsync_device', p.oid, 'EXECUTE')
                  AND NOT coalesce(p.pronargs > 0 AND p.proargnames[1] = 'device_id', false)
                ORDER BY 1
                """);
        assertThat(callable)
                .as("what takes no device's number has to be shown harmless here")
                .containsExactly(
                        "cluster",
                        "compare_staged",
                        "count_steps",
                        "current_push",
                        "device_ranges",
                        "devices",
                        "find_tables_again",
                        "refuse_unseen_cascades",
                        "register_device",
                        "revoke_device");
        assertThat(fleet.onHub("""
                        SELECT p.oid::regprocedure FROM pg_proc AS p
                        WHERE p.pronamespace = 'offsync'::regnamespace AND p.prosecdef
                          AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))
                        """)).isEmpty();
        for (String function : List.of("compare_staged(1)", "count_steps(1)", "refuse_unseen_cascades()")) {
            fails("SELECT offsync." + function);
        }
    }

    @Test
    void what_needs_no_devices_number_tells_and_does_nothing_for_a_stranger() throws SQLException {
        List<String> before = bookkeeping();
        fails("SELECT offsync.current_push()");
        session.exec("SELECT offsync.find_tables_again()");
        fails("SELECT offsync.revoke_device('a')");
        fails("SELECT offsync.register_device('b', gen_random_uuid())");
        assertThat(session.rows("SELECT name FROM offsync.devices()")).containsExactly("a");
        assertThat(session.rows("SELECT DISTINCT device_id FROM offsync.device_ranges()"))
                .containsExactly(String.valueOf(own));
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void functions_that_run_with_the_callers_rights_change_nothing_of_another_device() throws SQLException {
        List<String> before = bookkeeping();
        List<String> calls = fleet.onHub("SELECT format('SELECT offsync.%I(%s)', p.proname,"
                + " (SELECT string_agg(CASE t WHEN 'integer'::regtype THEN '" + victim
                + "' WHEN 'bigint'::regtype THEN '1000'"
                + " WHEN 'text'::regtype THEN quote_literal('offsync.staging_" + victim + "')"
                + " ELSE format('NULL::%s', format_type(t, NULL)) END, ', ' ORDER BY i)"
                + " FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, i))) FROM pg_proc AS p"
                + " WHERE p.pronamespace = 'offsync'::regnamespace AND NOT p.prosecdef"
                + " AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('offsync_device', p.oid, 'EXECUTE')"
                + " ORDER BY 1");
        assertThat(calls).hasSizeGreaterThan(40);
        for (String call : calls) {
            try {
                session.exec(call);
            } catch (SQLException refused) {
                assertThat(refused.getSQLState()).as(call).doesNotStartWith("XX");
            }
        }
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void a_device_that_was_revoked_is_refused_by_every_function() throws SQLException {
        fleet.hub().exec("SELECT offsync.revoke_device('a')");
        List<String> before = bookkeeping();
        for (String function : fleet.onHub("SELECT format('SELECT offsync.%I(%s)', f.proname, array_to_string('" + own
                + "'::text || f.array, ', ')) FROM (" + FUNCTIONS + ") AS f WHERE f.prosecdef")) {
            fails(function);
        }
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void a_table_without_a_grant_tells_nothing_about_its_rows() throws SQLException {
        String secret = fleet.hub().scalar("SELECT id FROM offsync.tracked_table WHERE relation_name = 'secret'");
        assertThat(session.rows("SELECT * FROM offsync.row_" + secret)).isEmpty();
        assertThat(session.rows("SELECT offsync.marked_changes(" + own + ", " + secret + ", '1:1:')"))
                .isEmpty();
        assertThat(session.rows("SELECT offsync.present(" + own + ", " + secret + ", '[[\"1\"]]')"))
                .isEmpty();
        session.exec("INSERT INTO offsync.staging_" + own + " (batch, operation, table_id, layout, key, base_version,"
                + " operations, changed_at, row) VALUES (1000, 1, " + secret + ", 1, '{1}', 0, 1, now(), '(1,x)')");
        fails("BEGIN; SELECT offsync.begin_push(" + own + ", 1000, '{}'); SELECT offsync.compare_staged(" + secret
                + ")");
        session.exec("ROLLBACK");
        fails("SELECT offsync.lease_id_range(" + own + ", " + secret + ", 'id', 10)");
    }

    @Test
    void another_role_is_no_way_round() throws SQLException {
        List<String> before = bookkeeping();
        session.exec("SET ROLE offsync_device");
        fails("SELECT offsync.hello(" + victim + ", gen_random_uuid())");
        fails("SELECT * FROM offsync.staging_" + victim);
        fails("SELECT * FROM offsync.device");
        fails("SELECT offsync.revoke_device('b')");
        fails("SET ROLE offsync_admin");
        fails("SET SESSION AUTHORIZATION postgres");
        assertThat(session.rows("SELECT name FROM offsync.devices()")).containsExactly("a");
        assertThat(bookkeeping()).isEqualTo(before);
    }

    @Test
    void hostile_arguments_are_values_and_nothing_else() throws SQLException {
        String name = "x'; DROP TABLE item; --\"$$";
        session.exec("SELECT offsync.register_device(quote_literal(" + literal(name) + "), gen_random_uuid())");
        fails("SELECT offsync.register_device(repeat('x', 201), gen_random_uuid())");
        fails("SELECT offsync.register_device('', gen_random_uuid())");
        fails("SELECT offsync.register_device('b', gen_random_uuid())");
        fails("SELECT offsync.lease_id_range(" + own + ", 1, " + literal(name) + ", 10)");
        fails("SELECT offsync.lease_id_range(" + own + ", 1, 'name', 10)");
        fails("SELECT offsync.lease_id_range(" + own + ", -1, 'id', 10)");
        fails("SELECT offsync.lease_id_range(" + own + ", 1, 'id', 9223372036854775807)");
        fails("SELECT offsync.recount(" + own + ", 1, jsonb_build_array(jsonb_build_array(" + literal(name) + ")))");
        fails("SELECT offsync.present(" + own + ", 1, '{}')");
        session.rows("SELECT offsync.marked_changes(" + own + ", -1, '1:1:')");
        fails("SELECT offsync.contact(" + own
                + ", NULL, 0, gen_random_uuid(), gen_random_uuid(), '{\"cursor\": \"x\"}')");
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("one");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Test
    void a_guessed_or_repeated_nonce_does_not_pass_for_the_device() throws SQLException {
        String run = "'" + java.util.UUID.randomUUID() + "'";
        session.exec("SELECT offsync.hello(" + own + ", " + run + ")");
        String seq = session.scalar("SELECT contact_seq FROM offsync.my_device");
        fails("SELECT offsync.contact(" + own + ", " + run + ", " + seq
                + ", '00000000-0000-0000-0000-000000000000', gen_random_uuid(), '{}')");
        fails("SELECT offsync.contact(" + own + ", gen_random_uuid(), " + seq
                + ", (SELECT contact_nonce FROM offsync.my_device), gen_random_uuid(), '{}')");
        assertThat(session.scalar("SELECT contact_seq FROM offsync.my_device")).isEqualTo(seq);
    }

    @Test
    void tombstones_stay_and_versions_only_rise() throws SQLException {
        session.exec("DELETE FROM item WHERE id = 1; INSERT INTO item VALUES (1, 'back')");
        String version = "SELECT version, deleted, origin FROM offsync.row_1 WHERE k1 = 1";
        assertThat(fleet.onHub(version)).containsExactly("3|f|∅");
        session.exec("DELETE FROM item WHERE id = 1");
        session.exec("SELECT offsync.recount(" + own + ", 1, '[[\"1\"]]')");
        assertThat(fleet.onHub(version)).containsExactly("4|t|∅");
        fails("INSERT INTO offsync.staging_" + own + " (batch, operation, table_id, layout, key, base_version,"
                + " operations, changed_at, row) VALUES (1000, 1, 1, 1, '{1}', 0, -5, now(), NULL)");
    }
}
