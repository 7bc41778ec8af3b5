package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.offsync.model.ConflictEntry;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a database sets for all its sessions, offsync's own among them, changes no value and no decision. */
@Tag("guarantee-2")
@Tag("guarantee-3")
class DatabaseDefaultsTest {
    /** What each of these does to a session that relies on the usual is in the manual, chapter 19. */
    private static final Map<String, String> UNUSUAL = Map.ofEntries(
            Map.entry("array_nulls", "off"),
            Map.entry("bytea_output", "escape"),
            Map.entry("datestyle", "SQL, DMY"),
            Map.entry("default_transaction_isolation", "serializable"),
            Map.entry("default_transaction_deferrable", "on"),
            Map.entry("enable_seqscan", "off"),
            Map.entry("escape_string_warning", "off"),
            Map.entry("extra_float_digits", "-15"),
            Map.entry("intervalstyle", "iso_8601"),
            Map.entry("plan_cache_mode", "force_generic_plan"),
            Map.entry("plpgsql.extra_errors", "all"),
            Map.entry("plpgsql.variable_conflict", "use_column"),
            Map.entry("quote_all_identifiers", "on"),
            Map.entry("row_security", "off"),
            Map.entry("search_path", ""),
            Map.entry("standard_conforming_strings", "off"),
            Map.entry("timezone", "Asia/Kathmandu"),
            Map.entry("transform_null_equals", "on"),
            Map.entry("work_mem", "64kB"),
            Map.entry("xmloption", "document"));

    private static final String SCHEMA = TypesTest.SCHEMA
            + "CREATE TABLE part (id integer PRIMARY KEY, code text UNIQUE, thing_id integer REFERENCES thing);";

    private static final String CONTENT =
            "SELECT t::text FROM public.thing AS t" + " UNION ALL SELECT p::text FROM public.part AS p ORDER BY 1";

    /** Whose database sets them. */
    private enum Whose {
        HUB,
        DEVICES,
        ALL
    }

    @ParameterizedTest
    @EnumSource
    void values_and_conflicts_are_the_same_under_unusual_defaults(Whose whose) throws SQLException {
        try (Fleet fleet = Fleet.unprepared(SCHEMA)) {
            if (whose != Whose.DEVICES) {
                unsettle(fleet.hub());
            }
            if (whose != Whose.HUB) {
                unsettle(fleet.a().database());
                unsettle(fleet.b().database());
            }
            fleet.a().init("public.thing", "public.part");
            fleet.b().init("public.thing", "public.part");
            write(fleet.a().database());
            fleet.settle();
            assertSame(fleet);

            fleet.b().rule("update_update", "merge");
            fleet.a().exec("UPDATE public.thing SET c_uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'");
            fleet.b().exec("UPDATE public.thing SET \"c quoted\" = 'b'");
            fleet.settle();
            assertSame(fleet);
            assertThat(fleet.onHub("SELECT DISTINCT c_uuid, \"c quoted\" FROM public.thing"))
                    .containsExactly("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12|b");

            fleet.a().rule("unique_violation", "remote_wins");
            fleet.a().rule("foreign_key", "local_wins");
            fleet.hub().exec("INSERT INTO public.part VALUES (1, 'taken', 7)");
            fleet.a().exec("INSERT INTO public.part VALUES (2, 'taken', 8), (3, 'free', 10)");
            fleet.hub().exec("DELETE FROM public.thing WHERE id % 2 = 0");
            fleet.a().exec("DELETE FROM public.thing WHERE id % 3 = 0 OR id = 7");
            fleet.settle();
            assertSame(fleet);
            assertThat(fleet.onHub("SELECT p.* FROM public.part AS p")).containsExactly("3|free|10");
            assertThat(fleet.a().conflicts())
                    .extracting(ConflictEntry::type, ConflictEntry::resolved)
                    .containsOnly(tuple("unique_violation", true), tuple("foreign_key", true));
            assertThat(fleet.a().verify().differences()).isEmpty();
            assertThat(fleet.b().verify().differences()).isEmpty();
        }
    }

    /** For each later session. */
    private static void unsettle(TestDatabase database) throws SQLException {
        for (Map.Entry<String, String> setting : UNUSUAL.entrySet()) {
            database.exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET " + setting.getKey()
                    + " = %L', current_database(), '" + setting.getValue() + "'); END $$");
        }
    }

    /** Written by a session as it is usual. */
    private static void write(TestDatabase database) throws SQLException {
        try (var session = database.open()) {
            session.exec("SET array_nulls = on; SET xmloption = content; SET standard_conforming_strings = on;"
                    + " SET search_path = public; SET datestyle = 'ISO, MDY'; SET transform_null_equals = off");
            for (int i = 0; i < TypesTest.VALUES.size(); i++) {
                session.exec("INSERT INTO thing (id) VALUES (" + i + ")");
                session.exec("UPDATE thing SET " + TypesTest.VALUES.get(i) + " WHERE id = " + i);
            }
        }
    }

    private static void assertSame(Fleet fleet) throws SQLException {
        List<String> expected = content(fleet.hub());
        assertThat(content(fleet.a().database())).isEqualTo(expected);
        assertThat(content(fleet.b().database())).isEqualTo(expected);
    }

    private static List<String> content(TestDatabase database) throws SQLException {
        try (var session = database.open()) {
            session.exec("SET extra_float_digits = 1; SET timezone = 'UTC'; SET intervalstyle = 'postgres';"
                    + " SET datestyle = 'ISO, MDY'; SET bytea_output = 'hex'; SET quote_all_identifiers = off");
            return session.rows(CONTENT);
        }
    }
}
