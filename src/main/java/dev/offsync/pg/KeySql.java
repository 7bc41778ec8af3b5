package dev.offsync.pg;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.TableName;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * SQL over a table's key, in the forms it takes: the table's own columns, the columns k1, k2 … of a sidecar, an array of
 * texts in staging tables, and one text (for several columns the JSON array of their texts) in the journal.
 */
public record KeySql(List<KeyColumn> columns) {
    private static final Set<String> ONE_SPELLING = Set.of("smallint", "integer", "bigint", "uuid", "text", "date");

    /** Whether equal keys have one text: those of some types are equal and written differently, such as 1.0 and 1.00. */
    public boolean hasOneSpelling() {
        return columns.stream()
                .allMatch(column -> ONE_SPELLING.contains(column.type().replaceFirst("character varying.*", "text")));
    }

    /** The key's columns as the business table names them, quoted: {@code "id", "line"}. */
    public String names() {
        return each(", ", i -> TableName.quote(columns.get(i).name()));
    }

    /** The sidecar's names of the key: {@code k1, k2}. */
    public String aliases() {
        return each(", ", i -> "k" + (i + 1));
    }

    /** The sidecar's key behind {@code alias}: {@code r.k1, r.k2}. */
    public String aliases(String alias) {
        return each(", ", i -> alias + ".k" + (i + 1));
    }

    /** The key of a business row as sidecar columns: {@code "id" AS k1, "line" AS k2}, with {@code prefix} before each. */
    public String selected(String prefix) {
        return each(", ", i -> prefix + TableName.quote(columns.get(i).name()) + " AS k" + (i + 1));
    }

    /** One row of NULLs of the key's types. */
    public String nulls() {
        return "(VALUES (" + each(", ", i -> "NULL::" + columns.get(i).type()) + "))";
    }

    /** The key as one text, from the sidecar columns behind {@code alias}. */
    public String text(String alias) {
        return text(i -> alias + ".k" + (i + 1));
    }

    /** The key as one text, from the business row called {@code alias}. */
    public String textOfRow(String alias) {
        return text(i -> alias + "." + TableName.quote(columns.get(i).name()));
    }

    private String text(IntFunction<String> column) {
        return columns.size() == 1
                ? column.apply(0) + "::text"
                : "json_build_array(" + each(", ", i -> column.apply(i) + "::text") + ")::text";
    }

    /** The key as an array of texts, from the sidecar columns behind {@code alias}. */
    public String array(String alias) {
        return "ARRAY[" + each(", ", i -> alias + ".k" + (i + 1) + "::text") + "]";
    }

    /** The key of the business row called {@code alias} as an array of texts. */
    public String arrayOfRow(String alias) {
        return "ARRAY["
                + each(", ", i -> alias + "." + TableName.quote(columns.get(i).name()) + "::text") + "]";
    }

    /** The key's columns from its one text: {@code (key)::integer AS k1}. */
    public String parsed(String text) {
        return columns.size() == 1
                ? "(" + text + ")::" + columns.get(0).type() + " AS k1"
                : each(
                        ", ",
                        i -> "(" + text + "::jsonb ->> " + i + ")::"
                                + columns.get(i).type() + " AS k" + (i + 1));
    }

    /** A subquery of one row: the key's columns from its one text, which is the only argument. */
    public String ofArgument() {
        return "(SELECT " + parsed("a.record_id") + " FROM (SELECT ?::text AS record_id) AS a)";
    }

    /** A subquery of rows: each key as its one text, {@code record_id}, and its columns; the texts are the only argument. */
    public String ofArguments() {
        return "(SELECT a.record_id, " + parsed("a.record_id") + " FROM unnest(?::text[]) AS a(record_id))";
    }

    /** The key's columns from an array of texts: {@code (s.key[1])::integer AS k1}. */
    public String parsedArray(String array) {
        return each(
                ", ", i -> "(" + array + "[" + (i + 1) + "])::" + columns.get(i).type() + " AS k" + (i + 1));
    }

    /** Whether two rows with sidecar columns have the same key. */
    public String same(String left, String right) {
        return each(
                " AND ", i -> left + ".k" + (i + 1) + " " + columns.get(i).operator() + " " + right + ".k" + (i + 1));
    }

    /** Whether the business row {@code table} has the key in the sidecar columns of {@code alias}. */
    public String sameAsRow(String table, String alias) {
        return each(
                " AND ",
                i -> table + "." + TableName.quote(columns.get(i).name()) + " "
                        + columns.get(i).operator() + " " + alias + ".k" + (i + 1));
    }

    /** Whether two business rows have the same key. */
    public String sameRow(String left, String right) {
        return each(" AND ", i -> {
            String column = "." + TableName.quote(columns.get(i).name());
            return left + column + " " + columns.get(i).operator() + " " + right + column;
        });
    }

    /** Whether the sidecar columns of {@code alias} hold the key in the array of texts {@code array}. */
    public String sameAsArray(String alias, String array) {
        return each(
                " AND ",
                i -> alias + ".k" + (i + 1) + " " + columns.get(i).operator() + " (" + array + "[" + (i + 1) + "])::"
                        + columns.get(i).type());
    }

    /** Whether the business row {@code table} has the key in the array of texts {@code array}. */
    public String rowSameAsArray(String table, String array) {
        return each(
                " AND ",
                i -> table + "." + TableName.quote(columns.get(i).name()) + " "
                        + columns.get(i).operator() + " (" + array + "[" + (i + 1) + "])::"
                        + columns.get(i).type());
    }

    /** The key with these texts as a row of constants: {@code ('1'::integer, 'a'::text)}. */
    public String values(List<String> texts) {
        return "("
                + each(
                        ", ",
                        i -> SqlLiteral.of(texts.get(i)) + "::" + columns.get(i).type()) + ")";
    }

    /** Whether the sidecar columns of {@code alias} come after the key with these texts. */
    public String comesAfter(String alias, List<String> texts) {
        return "(" + aliases(alias) + ") > " + values(texts);
    }

    /** Whether the business row {@code table} comes after the key with these texts. */
    public String rowComesAfter(String table, List<String> texts) {
        return "("
                + each(", ", i -> table + "." + TableName.quote(columns.get(i).name())) + ") > " + values(texts);
    }

    /** The columns of a sidecar's key: {@code k1 integer NOT NULL}. */
    public String definitions() {
        return each(",\n    ", i -> "k" + (i + 1) + " " + columns.get(i).type() + " NOT NULL");
    }

    /** Something for each column, by its position from 0. */
    public String each(String separator, IntFunction<String> part) {
        return IntStream.range(0, columns.size()).mapToObj(part).collect(Collectors.joining(separator));
    }
}
