package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.model.PushResult;
import dev.offsync.model.Use;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hub whose policies show each role its own region's rows: what a device gets, and what it can learn. */
@Tag("guarantee-9")
@Tag("guarantee-22")
class RowSecurityTest {
    private static final String SCHEMA = """
            CREATE TABLE shop (id integer PRIMARY KEY, region text);
            CREATE TABLE sale (id text PRIMARY KEY, shop_id integer REFERENCES shop, note text);
            """;
    private static final String SALES = "SELECT id FROM sale ORDER BY 1";

    private Fleet fleet;
    private RestrictedDevice till;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared(SCHEMA);
        fleet.hub().exec("""
                INSERT INTO shop VALUES (1, 'north'), (2, 'south'), (3, 'north');
                INSERT INTO sale VALUES ('n-one', 1, 'a'), ('n-two', 3, 'a'), ('s-one', 2, 'a'), ('s-two', 2, 'a');
                CREATE TABLE staff (login name PRIMARY KEY, region text);
                CREATE FUNCTION region() RETURNS text LANGUAGE sql STABLE
                    AS 'SELECT s.region FROM public.staff AS s WHERE s.login = session_user';
                ALTER TABLE shop ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON shop USING (region = region());
                ALTER TABLE sale ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON sale USING (EXISTS (SELECT FROM shop AS s WHERE s.id = shop_id));
                """);
        till = RestrictedDevice.of(fleet, "shop", "sale");
        a = till.device();
        fleet.hub().exec("GRANT SELECT ON staff TO PUBLIC");
        fleet.hub().exec("INSERT INTO staff VALUES (?, 'north')", till.login().user());
        a.pull();
    }

    @AfterEach
    void drop() throws SQLException {
        till.close();
        fleet.close();
    }

    /** Everything that the role can read in the schema offsync, as text. */
    private List<String> readable() throws SQLException {
        try (Sql session = till.session()) {
            return session.rows("""
                    SELECT query_to_xml(format('SELECT * FROM offsync.%I AS t', c.relname), true, true, '')
                    FROM pg_class AS c
                    WHERE c.relnamespace = 'offsync'::regnamespace AND c.relkind IN ('r', 'v')
                      AND has_table_privilege(c.oid, 'SELECT')
                    """);
        }
    }

    @Test
    void a_device_gets_the_rows_that_it_may_see() throws SQLException {
        assertThat(a.rows("SELECT id FROM shop ORDER BY 1")).containsExactly("1", "3");
        assertThat(a.rows(SALES)).containsExactly("n-one", "n-two");
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_role_learns_no_key_of_a_row_that_is_hidden_from_it() throws SQLException {
        fleet.hub().exec("""
                UPDATE sale SET note = 'b' WHERE id = 's-one';
                DELETE FROM sale WHERE id = 's-two';
                INSERT INTO sale VALUES ('s-new', 2, 'a')
                """);
        assertThat(readable()).hasSizeGreaterThan(5).noneMatch(text -> text.contains("s-"));
        assertThat(readable()).anyMatch(text -> text.contains("n-one"));
        try (Sql session = till.session()) {
            assertThat(session.rows("SELECT m::text FROM offsync.my_device AS d,"
                            + " offsync.marked_changes(d.id, 2, '1:1:') AS m"))
                    .hasSize(5)
                    .noneMatch(mark -> mark.contains("s-"));
            session.exec("SET ROLE offsync_device");
            assertThat(session.rows("SELECT k1 FROM offsync.row_2")).isEmpty();
            session.exec("SET row_security = off");
            assertThatThrownBy(() -> session.rows("SELECT k1 FROM offsync.row_2"))
                    .hasMessageContaining("would be affected by row-level security");
        }
    }

    @Test
    void a_row_that_goes_out_of_sight_leaves_and_one_that_comes_into_it_arrives() throws SQLException {
        fleet.hub().exec("""
                UPDATE sale SET shop_id = 2 WHERE id = 'n-one';
                UPDATE sale SET shop_id = 3 WHERE id = 's-one';
                DELETE FROM sale WHERE id = 'n-two'
                """);
        a.sync();
        assertThat(a.rows(SALES)).containsExactly("s-one");
        assertThat(a.operations()).isEmpty();
        assertThat(fleet.onHub(SALES)).containsExactly("n-one", "s-one", "s-two");
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_deletion_on_the_hub_meets_a_change_here_as_a_conflict() throws SQLException {
        a.exec("UPDATE sale SET note = 'mine' WHERE id = 'n-one'");
        fleet.hub().exec("DELETE FROM sale WHERE id = 'n-one'");
        a.pull();
        assertThat(a.conflicts()).singleElement().satisfies(c -> assertThat(c.type())
                .isEqualTo("update_delete"));
        a.resolve(Use.LOCAL);
        a.sync();
        assertThat(fleet.onHub("SELECT note FROM sale WHERE id = 'n-one'")).containsExactly("mine");
    }

    @Test
    void what_a_policy_reads_decides_from_the_next_pull_on() throws SQLException {
        fleet.hub().exec("UPDATE staff SET region = 'south'");
        a.pull();
        assertThat(a.rows("SELECT id FROM shop")).containsExactly("2");
        assertThat(a.rows(SALES)).containsExactly("s-one", "s-two");
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void a_changed_policy_a_grant_of_a_role_and_the_end_of_row_level_security_do() throws SQLException {
        fleet.hub().exec("DROP POLICY own ON sale; CREATE POLICY own ON sale USING (id LIKE '%two')");
        a.pull();
        assertThat(a.rows(SALES)).containsExactly("n-two");

        String group = "group_" + fleet.hub().address().database();
        fleet.hub().exec("CREATE ROLE " + group + "; CREATE POLICY more ON sale TO " + group + " USING (id LIKE 'n%')");
        a.pull();
        assertThat(a.rows(SALES)).containsExactly("n-two");
        fleet.hub().exec("GRANT " + group + " TO " + till.login().user());
        a.pull();
        assertThat(a.rows(SALES)).containsExactly("n-one", "n-two");
        fleet.hub().exec("DROP POLICY more ON sale; DROP ROLE " + group);

        // Sales whose shop is hidden have no place here.
        fleet.hub().exec("ALTER TABLE sale DISABLE ROW LEVEL SECURITY; ALTER TABLE shop DISABLE ROW LEVEL SECURITY");
        a.pull();
        assertThat(a.rows(SALES)).containsExactly("n-one", "n-two", "s-one", "s-two");
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void rows_go_up_as_far_as_the_policies_let_them_and_the_rest_is_rejected() throws SQLException {
        fleet.hub()
                .exec("CREATE POLICY frozen ON sale AS RESTRICTIVE FOR UPDATE USING (note <> 'frozen');"
                        + "UPDATE sale SET note = 'frozen' WHERE id = 'n-two'");
        a.pull();
        a.exec("INSERT INTO sale VALUES ('n-new', 1, 'fits')");
        a.exec("INSERT INTO sale VALUES ('s-one', 1, 'taken by a hidden row')");
        a.exec("UPDATE sale SET note = 'thawed' WHERE id = 'n-two'");
        a.exec("UPDATE sale SET note = 'changed' WHERE id = 'n-one'");

        PushResult result = a.push();
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.problems())
                .extracting(problem -> problem.recordId() + ": " + problem.message())
                .containsExactlyInAnyOrder(
                        "s-one: row {s-one} of sale exists, but this role may not see it",
                        "n-two: only 0 of 1 rows of sale could be updated");
        assertThat(fleet.onHub("SELECT id, note FROM sale ORDER BY 1"))
                .containsExactly("n-new|fits", "n-one|changed", "n-two|frozen", "s-one|a", "s-two|a");
    }

    @Test
    void a_deletion_takes_no_hidden_row_along() throws SQLException {
        fleet.hub()
                .exec("CREATE TABLE line (id text PRIMARY KEY, sale_id text REFERENCES sale ON DELETE CASCADE);"
                        + "ALTER TABLE line ENABLE ROW LEVEL SECURITY;"
                        + "INSERT INTO line VALUES ('hidden', 'n-one');"
                        + "GRANT ALL ON line TO " + till.login().user());
        fleet.b().exec("CREATE TABLE line (id text PRIMARY KEY, sale_id text REFERENCES sale)");
        fleet.b().init("line");
        a.exec("DELETE FROM sale WHERE id = 'n-one'");
        PushResult result = a.push();
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.problems()).extracting(problem -> problem.recordId()).containsExactly("n-one");
        assertThat(fleet.onHub("SELECT id FROM line")).containsExactly("hidden");
        assertThat(fleet.onHub(SALES)).contains("n-one");
    }
}
