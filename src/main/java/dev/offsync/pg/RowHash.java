package dev.offsync.pg;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.TableName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * SQL that makes numbers of keys and rows, the same on every server: 60 bits of SHA-256 over the record's text in UTF-8,
 * whatever the version, the encoding and the collations. The text is the same under {@link OutputSettings}.
 */
public final class RowHash {
    private RowHash() {}

    /** The number of the business row called {@code alias}, from those of its columns that travel, in the order given. */
    public static String ofRow(List<String> columns, String alias) {
        return of(columns.stream()
                .map(column -> alias + "." + TableName.quote(column))
                .collect(Collectors.joining(", ", "ROW(", ")::text")));
    }

    /** The bucket, from 0 below {@code buckets}, that the business row called {@code alias} falls into by its key. */
    public static String bucketOf(List<KeyColumn> key, String alias, int buckets) {
        return "(" + of(new KeySql(key).textOfRow(alias)) + " % " + buckets + ")";
    }

    private static String of(String text) {
        return "('x' || left(encode(sha256(convert_to(" + text + ", 'UTF8')), 'hex'), 15))::bit(60)::bigint";
    }
}
