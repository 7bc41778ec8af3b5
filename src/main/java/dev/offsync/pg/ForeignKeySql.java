package dev.offsync.pg;

/** Parts of queries of {@code pg_constraint AS f} for foreign keys. */
public final class ForeignKeySql {
    /** The names of the columns that reference, a text[] in the order of the key. */
    public static final String CHILD_COLUMNS = columns("conrelid", "conkey");

    /** The names of the columns that are referenced, a text[] in the order of the key. */
    public static final String PARENT_COLUMNS = columns("confrelid", "confkey");

    private ForeignKeySql() {}

    private static String columns(String relation, String numbers) {
        return """
                ARRAY(SELECT a.attname::text FROM unnest(f.%s) WITH ORDINALITY AS k(attnum, position)
                             JOIN pg_attribute AS a ON a.attrelid = f.%s AND a.attnum = k.attnum
                             ORDER BY k.position)""".formatted(numbers, relation);
    }
}
