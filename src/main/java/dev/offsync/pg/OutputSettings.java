package dev.offsync.pg;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings under which PostgreSQL's text of a value is lossless and the same in every session (manual, section
 * 19.11). lc_monetary decides how money is written; in the C locale it keeps the stored integer.
 */
public final class OutputSettings {
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.of(
            "datestyle", "ISO, YMD",
            "intervalstyle", "postgres",
            "timezone", "UTC",
            "extra_float_digits", "1",
            "bytea_output", "hex",
            "lc_monetary", "C",
            "xmloption", "content"));

    /** Where a database sets these otherwise, offsync's own statements would mean something else, or say names otherwise. */
    private static final Map<String, String> STATEMENTS = new TreeMap<>(Map.of(
            "array_nulls", "on",
            "quote_all_identifiers", "off",
            "row_security", "on",
            "transform_null_equals", "off"));

    private OutputSettings() {}

    /** As clauses of CREATE FUNCTION, with a pinned search_path, as a SECURITY DEFINER function needs it. */
    public static String functionClauses() {
        return "SET search_path = pg_catalog, pg_temp\n"
                + SETTINGS.entrySet().stream()
                        .map(setting -> "SET " + setting.getKey() + " = '" + setting.getValue() + "'")
                        .collect(Collectors.joining("\n"));
    }

    /** As statements for the current transaction. The search_path stays: the hub's own triggers may rely on it. */
    public static String forTransaction() {
        return statements("SET LOCAL ", SETTINGS);
    }

    /** The same on the hub, whose session may be one that a pooler lends, and so has what its database sets. */
    public static String forHubTransaction() {
        return forTransaction() + forStatements();
    }

    /** For a transaction on the hub that sends and reads no values. */
    public static String forStatements() {
        return statements("SET LOCAL ", STATEMENTS);
    }

    /** For a session of offsync's own, from its beginning. */
    public static String forSession() {
        return statements("SET ", STATEMENTS) + "SET default_transaction_isolation = 'read committed';\n";
    }

    private static String statements(String verb, Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> verb + setting.getKey() + " = '" + setting.getValue() + "';\n")
                .collect(Collectors.joining());
    }
}
