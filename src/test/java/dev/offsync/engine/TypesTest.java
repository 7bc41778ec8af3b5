package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values arrive bit for bit, whatever the session that wrote them had set. */
@Tag("guarantee-3")
class TypesTest {
    static final String SCHEMA = """
            CREATE TYPE mood AS ENUM ('so so', 'it''s "fine"', '');
            CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
            CREATE TYPE pair AS (a integer, b text, c numeric);
            CREATE DOMAIN pairs AS pair[];
            CREATE TABLE thing (
                id integer PRIMARY KEY,
                c_numeric numeric, c_scaled numeric(10, 3), c_real real, c_double double precision,
                c_timestamptz timestamptz, c_timestamp timestamp, c_date date, c_time time, c_timetz timetz,
                c_interval interval, c_bytea bytea, c_text text, c_char char(4), c_varchar varchar(9), c_name name,
                c_bool boolean, c_ints integer[], c_texts text[], c_json json, c_jsonb jsonb, c_uuid uuid, c_inet inet,
                c_cidr cidr, c_macaddr macaddr, c_bit bit(5), c_varbit varbit, c_xml xml, c_tsvector tsvector,
                c_tsquery tsquery, c_money money, c_mood mood, c_moods mood[], c_positive positive, c_pair pair,
                c_pairs pairs, c_range int4range, c_tsrange tstzrange, c_multi nummultirange, c_point point, c_path path,
                c_box box, c_oid oid, c_lsn pg_lsn, c_snapshot pg_snapshot, c_jsonpath jsonpath, c_times timestamptz[],
                c_floats float8[], c_reg regtype, "c quoted" text
            );
            """;
    static final List<String> VALUES = List.of(
            "c_numeric = 'NaN', c_scaled = 1.500, c_real = '-0', c_double = 'NaN'",
            "c_numeric = '-Infinity', c_real = 'Infinity', c_double = '-0'",
            "c_numeric = 0.1000000000000000000000000000000000001, c_real = 0.1::real, c_double = 0.1::float8 + 0.2::float8",
            "c_numeric = 1.00, c_double = 5e-324, c_real = 3.4028235e38",
            "c_timestamptz = 'infinity', c_timestamp = '-infinity', c_date = '0044-03-15 BC'",
            "c_timestamptz = '0001-01-01 00:00:00.000001+00 BC', c_timestamp = '9999-12-31 23:59:59.999999'",
            "c_timestamptz = '2024-10-27 02:30:00 Europe/Berlin', c_date = 'infinity', c_time = '24:00', c_timetz = '04:05:06.7+05:45'",
            "c_interval = '-1 year -2 mons +3 days -04:05:06.789'",
            "c_interval = '30 days'",
            "c_interval = '1 mon'",
            "c_interval = 'infinity'",
            "c_bytea = '\\x00ff5c27', c_text = E'a\\\\b\"c,d(e)\\n\\t\\r\\u00e9\\u4e00 ', c_char = 'ab', c_varchar = ' x ', c_name = 'n'",
            "c_bytea = '', c_text = '', c_varchar = 'null', c_name = 'NULL'",
            "c_text = '\\N', c_varchar = '\\.', c_bool = false",
            "c_ints = '[0:1]={1,NULL}', c_texts = '{\"\",NULL,\"NULL\",\"a,b\",\"\\\"\",\"\\\\\"}'",
            "c_ints = '{{1,2},{3,4}}', c_texts = '{}'",
            "c_json = 'null', c_jsonb = 'null'",
            "c_json = '{\"b\" : 1,  \"a\":[1.0, 2e0] , \"a\":2}', c_jsonb = '{\"b\": 1.00, \"a\": \"\\u00e9\\\\\"}'",
            "c_json = NULL, c_jsonb = '\"\"'",
            "c_uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', c_inet = '192.168.0.1/24', c_cidr = '2001:db8::/32'",
            "c_macaddr = '08:00:2b:01:02:03', c_bit = '00101', c_varbit = '', c_xml = '<a b=\"1\">x &amp; y</a>'",
            "c_xml = 'text only', c_tsvector = '''it''''s'':1A b:2,3', c_tsquery = 'a & !b <-> c:*'",
            "c_money = '-12.34', c_mood = 'it''s \"fine\"', c_moods = '{\"so so\",\"\",NULL}', c_positive = 7",
            "c_pair = '(1,\"a,\"\"b\"\"\\\\\",1.10)', c_pairs = '{\"(1,x,)\",NULL,\"(,,)\"}', c_mood = ''",
            "c_pair = '(,\"\",NaN)', c_range = 'empty', c_tsrange = '[2024-01-01 00:00+02,)', c_multi = '{[1.0,2.50),(3,)}'",
            "c_range = '(1,5]', c_tsrange = '(-infinity,infinity]', c_multi = '{}'",
            "c_point = '(-0,1e300)', c_path = '[(0,0),(1,1)]', c_box = '((1,1),(0,0))', c_oid = 4294967295",
            "c_lsn = '16/B374D848', c_snapshot = '10:20:10,14,15', c_jsonpath = '$.a[*] ? (@ > 1)', c_reg = 'integer'",
            "c_times = '{infinity,\"2024-06-01 12:00:00.5+00\",NULL}', c_floats = '{NaN,-0,Infinity,1e-7}'",
            "\"c quoted\" = repeat('long text ', 20000)",
            "c_text = NULL");
    private static final String HOSTILE = "SET IntervalStyle = 'sql_standard'; SET extra_float_digits = -15;"
            + " SET TimeZone = 'Asia/Kathmandu'; SET bytea_output = 'escape'; SET search_path = pg_temp, public;"
            + " SET xmloption = document; SET lc_monetary = 'C'; SET quote_all_identifiers = on;"
            + " SET standard_conforming_strings = on; SET array_nulls = on; SET lc_numeric = 'C'; SET xmloption = content";

    private static final String CONTENT =
            "SET extra_float_digits = 1; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres'";

    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "thing");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void inserts_and_updates_from_a_hostile_session_arrive_everywhere() throws SQLException {
        try (var session = fleet.a().open()) {
            session.exec(HOSTILE);
            for (int i = 0; i < VALUES.size(); i++) {
                session.exec("INSERT INTO thing (id) VALUES (" + i + ")");
            }
        }
        fleet.settle();
        assertSame();
        try (var session = fleet.b().open()) {
            session.exec(HOSTILE);
            for (int i = 0; i < VALUES.size(); i++) {
                session.exec("UPDATE thing SET " + VALUES.get(i) + " WHERE id = " + i);
            }
            session.exec("INSERT INTO thing SELECT (t).* FROM (SELECT json_populate_record(t, json_build_object('id',"
                    + " t.id + 1000)) AS t FROM thing AS t) AS s");
        }
        fleet.settle();
        assertSame();
        assertThat(fleet.onHub("SELECT count(*) FROM thing WHERE c_numeric = 'NaN'"))
                .containsExactly("2");
    }

    @Test
    void changes_between_values_that_compare_as_equal_travel() throws SQLException {
        fleet.a()
                .exec("INSERT INTO thing (id, c_numeric, c_double, c_interval, c_json, c_floats)"
                        + " VALUES (1, 1.0, 0, '1 mon', '{\"a\":1}', '{0}')");
        fleet.settle();
        fleet.a().exec("UPDATE thing SET c_numeric = 1.00");
        fleet.settle();
        assertSame();
        fleet.a().exec("UPDATE thing SET c_double = '-0'");
        fleet.a().exec("UPDATE thing SET c_interval = '30 days'");
        fleet.a().exec("UPDATE thing SET c_json = '{\"a\": 1}', c_floats = '{-0}'");
        fleet.settle();
        assertSame();
        fleet.hub().exec("UPDATE thing SET c_double = '0'");
        fleet.hub().exec("UPDATE thing SET c_interval = '1 mon'");
        fleet.settle();
        assertSame();
        assertThat(fleet.b().rows("SELECT c_numeric, c_double, c_interval FROM thing"))
                .containsExactly("1.00|0|1 mon");
    }

    @Test
    void values_written_on_the_hub_by_a_hostile_session_arrive() throws SQLException {
        try (var session = fleet.hub().open()) {
            session.exec(HOSTILE);
            for (int i = 0; i < VALUES.size(); i++) {
                session.exec("INSERT INTO thing (id) VALUES (" + i + ")");
                session.exec("UPDATE thing SET " + VALUES.get(i) + " WHERE id = " + i);
            }
        }
        fleet.settle();
        assertSame();
    }

    @Test
    void a_conflict_that_a_person_settles_keeps_every_value() throws SQLException {
        fleet.a()
                .exec(
                        "INSERT INTO offsync.conflict_resolution_rules (table_name, resolution_strategy) VALUES ('*', 'manual')");
        for (int i = 0; i < VALUES.size(); i++) {
            fleet.hub().exec("INSERT INTO thing (id) VALUES (" + i + ")");
        }
        fleet.settle();
        fleet.hub().exec("UPDATE thing SET \"c quoted\" = 'hub' WHERE \"c quoted\" IS NULL");
        for (int i = 0; i < VALUES.size(); i++) {
            fleet.a().exec("UPDATE thing SET " + VALUES.get(i) + " WHERE id = " + i);
        }
        fleet.a().sync();
        assertThat(fleet.a().conflicts()).hasSizeGreaterThan(25).allMatch(c -> !c.resolved());
        fleet.a().resolve(Use.LOCAL);
        fleet.settle();
        assertSame();
        assertThat(fleet.onHub("SELECT count(*) FROM thing WHERE c_double = 'NaN'"))
                .containsExactly("1");
    }

    private void assertSame() throws SQLException {
        String rows = "SELECT t::text FROM thing AS t ORDER BY id";
        try (var a = fleet.a().open();
                var b = fleet.b().open();
                var hub = fleet.hub().open()) {
            a.exec(CONTENT);
            b.exec(CONTENT);
            hub.exec(CONTENT);
            List<String> expected = hub.rows(rows);
            assertThat(a.rows(rows)).isEqualTo(expected);
            assertThat(b.rows(rows)).isEqualTo(expected);
        }
    }
}
