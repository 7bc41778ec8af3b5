package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.TableName;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever tables and columns are called, their rows travel and nothing in a name is run. */
@Tag("guarantee-2")
class NamesTest {
    private static final List<String> NAMES = List.of(
            "Order Lines",
            "select",
            "say \"hi\"; DROP TABLE x; --",
            "it's",
            "UPPER",
            "100 % of %s {keys}",
            "$offsync$",
            "$push$ $1",
            "back\\slash",
            "Größe_表",
            "a23456789012345678901234567890123456789012345678901234567890bcd",
            "ééééééééééééééééééééééééééééééé");

    @Test
    void a_table_and_its_columns_may_have_any_name() throws SQLException {
        String schema = each("CREATE TABLE {t} ({t} integer PRIMARY KEY, {c} text);");
        String[] quoted = NAMES.stream().map(TableName::quote).toArray(String[]::new);
        try (Fleet fleet = Fleet.of(schema, quoted)) {
            fleet.a().exec(each("INSERT INTO {t} VALUES (1, 'one'), (2, 'two'), (3, 'three');"));
            fleet.settle();
            fleet.b()
                    .exec(each("UPDATE {t} SET {c} = 'uno' WHERE {t} = 1; DELETE FROM {t} WHERE {t} = 2;"
                            + "UPDATE {t} SET {t} = 4 WHERE {t} = 3;"));
            fleet.b().sync();
            fleet.a().sync();

            for (String table : quoted) {
                String content = "SELECT * FROM " + table + " ORDER BY 1";
                assertThat(fleet.onHub(content)).as(table).containsExactly("1|uno", "4|three");
                assertThat(fleet.a().rows(content)).as(table).containsExactly("1|uno", "4|three");
            }
        }
    }

    /** Run as the database's own, it holds for each later session: standard_conforming_strings as it was before 9.1. */
    private static final String BACKSLASHES_ESCAPE = """
            DO $$
            BEGIN
                EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', current_database());
            END
            $$;
            """;

    @Test
    void names_and_values_may_have_backslashes_where_these_escape_in_strings() throws SQLException {
        String table = TableName.quote("it's \\ \"odd\"");
        String text = TableName.quote("te\"xt\\");
        String schema = BACKSLASHES_ESCAPE + "CREATE TABLE " + table + " (\"i'd\\\" text PRIMARY KEY, " + text
                + " text UNIQUE, note text);";
        try (Fleet fleet = Fleet.of(schema, table)) {
            for (var database :
                    List.of(fleet.hub(), fleet.a().database(), fleet.b().database())) {
                database.exec(BACKSLASHES_ESCAPE);
            }
            fleet.b().rule("update_update", "merge");
            fleet.b().rule("unique_violation", "remote_wins");
            try (var session = fleet.a().open()) {
                session.exec(
                        "INSERT INTO " + table + " VALUES (E'k\\\\', E'one\\\\\"', NULL), (E'\\\\', E'\\\\\\\\', '')");
            }
            fleet.settle();
            try (var session = fleet.b().open()) {
                session.exec("UPDATE " + table + " SET " + text + " = E'b\\\\' WHERE " + text + " = E'one\\\\\"'");
                session.exec("INSERT INTO " + table + " VALUES ('b', E'\\\\\\\\a')");
            }
            try (var hub = fleet.hub().open()) {
                hub.exec("UPDATE " + table + " SET note = E'hub\\\\' WHERE " + text + " = E'one\\\\\"'");
                hub.exec("INSERT INTO " + table + " VALUES ('hub', E'\\\\\\\\a')");
            }
            fleet.settle();

            String content = "SELECT * FROM " + table + " ORDER BY 1";
            assertThat(fleet.onHub(content)).contains("\\|\\\\|", "hub|\\\\a|∅", "k\\|b\\|hub\\");
            assertThat(fleet.b().rows(content)).isEqualTo(fleet.onHub(content));
            assertThat(fleet.b().conflicts()).hasSize(2);
        }
    }

    /** {@code sql} for each table {@code {t}} with a column {@code {c}} whose name is as strange. */
    private static String each(String sql) {
        return NAMES.stream()
                .map(name -> sql.replace("{c}", TableName.quote(name.substring(0, name.length() - 1) + "2"))
                        .replace("{t}", TableName.quote(name)))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void tables_of_the_same_name_in_two_schemas_are_kept_apart() throws SQLException {
        String schema = "CREATE SCHEMA \"Shop\"; CREATE TABLE item (id integer PRIMARY KEY, name text);"
                + "CREATE TABLE \"Shop\".item (id integer PRIMARY KEY, name text)";
        try (Fleet fleet = Fleet.of(schema, "item", "\"Shop\".item")) {
            fleet.a().exec("INSERT INTO item VALUES (1, 'public'); INSERT INTO \"Shop\".item VALUES (1, 'shop')");
            fleet.settle();

            assertThat(fleet.b().rows("SELECT name FROM item")).containsExactly("public");
            assertThat(fleet.b().rows("SELECT name FROM \"Shop\".item")).containsExactly("shop");
        }
    }

    /** A table's key columns, rows for them, and a condition that some of the rows meet. */
    private record Keyed(String columns, String rows, String some) {
        String names() {
            return columns.replaceAll("(\\w+) [^,]+", "$1");
        }
    }

    private static final List<Keyed> KEYED = List.of(
            new Keyed("a integer, b text", "(1, 'x'), (1, 'y,\"z\\'), (2, '')", "b = '' OR b = 'x'"),
            new Keyed(
                    "a uuid",
                    "('00000000-0000-0000-0000-000000000001'), (gen_random_uuid())",
                    "a = '00000000-0000-0000-0000-000000000001'"),
            new Keyed("a numeric", "(1.0), (2.50), ('NaN')", "a = 2.5"),
            new Keyed("a date, b text", "('2024-02-29', 'x'), ('infinity', 'y'), ('0044-03-15 BC', 'é')", "b = 'x'"),
            new Keyed("a timestamptz", "('2024-01-01 00:00+05:45'), ('-infinity')", "a = '-infinity'"),
            new Keyed("a bytea", "('\\x00ff'), ('')", "a = ''"),
            new Keyed("a char(5)", "('ab'), ('abc  ')", "a = 'ab'"),
            new Keyed("a text[]", "('{a,NULL}'), ('{}')", "a = '{}'"),
            new Keyed("a boolean, b smallint, c \"char\"", "(true, 1, 'x'), (false, 1, 'y')", "a"));

    @Test
    void keys_may_be_of_any_type_and_number_of_columns() throws SQLException {
        var tables = new LinkedHashMap<String, Keyed>();
        KEYED.forEach(keyed -> tables.put("item_" + tables.size(), keyed));
        var schema = new StringBuilder();
        tables.forEach((table, keyed) -> schema.append("CREATE TABLE " + table + " (" + keyed.columns()
                + ", note text, PRIMARY KEY (" + keyed.names() + "));\n"));
        try (Fleet fleet = Fleet.of(schema.toString(), tables.keySet().toArray(String[]::new))) {
            for (var entry : tables.entrySet()) {
                Keyed keyed = entry.getValue();
                fleet.a().exec("INSERT INTO " + entry.getKey() + " (" + keyed.names() + ") VALUES " + keyed.rows());
            }
            fleet.settle();
            for (var entry : tables.entrySet()) {
                fleet.b().exec("UPDATE " + entry.getKey() + " SET note = 'seen'");
                fleet.b()
                        .exec("DELETE FROM " + entry.getKey() + " WHERE "
                                + entry.getValue().some());
            }
            fleet.settle();

            for (var entry : tables.entrySet()) {
                String table = entry.getKey();
                String content = "SELECT i::text FROM " + table + " AS i ORDER BY 1";
                assertThat(fleet.a().rows(content))
                        .as(entry.getValue().columns())
                        .isNotEmpty()
                        .isEqualTo(fleet.onHub(content));
                assertThat(fleet.b().rows(content)).isEqualTo(fleet.onHub(content));
                assertThat(fleet.a()
                                .rows("SELECT 1 FROM " + table + " WHERE "
                                        + entry.getValue().some()))
                        .isEmpty();
            }
        }
    }

    @Test
    void columns_may_be_called_like_the_engines_own() throws SQLException {
        String names =
                "k1, key, n, o, image, offsync_row, missing, found, tg_op, \"new\", \"old\", xid, version, s, t, r,"
                        + " \"row\", batch, operation, table_id, deleted, origin, changed_at, touched, staged, tracked, pair";
        String columns = names.replace(",", " text,") + " text";
        String schema = "CREATE TABLE item (tg_relid integer, operations integer, " + columns
                + ", PRIMARY KEY (tg_relid, operations))";
        try (Fleet fleet = Fleet.of(schema, "item")) {
            fleet.a().exec("INSERT INTO item (tg_relid, operations) VALUES (1, 1), (2, 1), (3, 1)");
            fleet.a()
                    .exec(
                            "UPDATE item SET k1 = 'k', image = 'i', \"row\" = 'r', s = 's', t = 't', r = 'r', xid = 'x',"
                                    + " key = 'key', version = 'v', batch = 'b', \"new\" = 'n', missing = 'm' WHERE tg_relid = 1");
            fleet.settle();
            fleet.b().exec("UPDATE item SET n = 'nn', o = 'oo', operation = 'op' WHERE tg_relid = 1");
            fleet.b().exec("DELETE FROM item WHERE tg_relid = 2");
            fleet.b().exec("UPDATE item SET operations = 2 WHERE tg_relid = 3");
            fleet.b().sync();
            fleet.hub().exec("UPDATE item SET found = 'f', pair = 'p' WHERE tg_relid = 3");
            fleet.settle();

            String content = "SELECT i::text FROM item AS i ORDER BY 1";
            assertThat(fleet.onHub("SELECT tg_relid, operations, k1, n FROM item ORDER BY 1, 2"))
                    .contains("1|1|k|nn");
            assertThat(fleet.b().rows(content)).isEqualTo(fleet.onHub(content));
        }
    }

    @Test
    void a_table_may_have_the_name_of_a_type_that_postgresql_has() throws SQLException {
        String schema = "CREATE TABLE point (id integer PRIMARY KEY, name text UNIQUE);"
                + "CREATE TABLE line (id integer PRIMARY KEY, point integer REFERENCES point ON DELETE CASCADE)";
        try (Fleet fleet = Fleet.of(schema, "point", "line")) {
            fleet.a().exec("INSERT INTO point VALUES (1, 'a'), (2, 'b'); INSERT INTO line VALUES (1, 1), (2, 2)");
            fleet.settle();
            fleet.a().exec("DELETE FROM point WHERE id = 1");
            fleet.a().exec("UPDATE point SET name = 'c' WHERE id = 2; INSERT INTO point VALUES (3, 'b')");
            fleet.settle();

            assertThat(fleet.onHub("SELECT * FROM point ORDER BY id")).containsExactly("2|c", "3|b");
            assertThat(fleet.b().rows("SELECT * FROM line")).containsExactly("2|2");
            assertThat(fleet.a().states()).allMatch(state -> state.endsWith("completed"));
        }
    }
}
