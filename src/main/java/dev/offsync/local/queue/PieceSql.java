package dev.offsync.local.queue;

import dev.offsync.local.queue.Outbox.Part;
import java.util.Objects;

/** The COPY that reads a part of a batch in pieces, as the hub's upload table takes them. */
final class PieceSql {
    /** What a row takes beside its text, about; and how much is worth a row of the upload table. */
    private static final String PIECE =
            "(sum(coalesce(octet_length(r.row), 0) + octet_length(r.key) + 50) OVER (ROWS UNBOUNDED PRECEDING)"
                    + " / 65536)::integer";

    /** Numbers of pieces that each part has for itself. */
    private static final int PIECES_OF_A_PART = 10_000_000;

    /** How many operations the rows stand for. */
    enum Counts {
        /** One each. */
        ONE,
        /** As the rows say. */
        LISTED
    }

    private PieceSql() {}

    /**
     * @param rows a query of operation, key, base_version, operations, changed_at, row
     * @param counts whether every row stands for one operation
     * @param hubClock the hub's clock now, as text: no change is later than its push
     */
    static String copy(String rows, Counts counts, Part part, long batch, int layout, String hubClock) {
        return """
                COPY (
                    SELECT {batch}::bigint, {first} + p.piece, {table}, {layout}, array_agg(p.operation), array_agg(p.key),
                           {versions}, {counts}, array_agg(p.changed_at), array_agg(p.row)
                    FROM (
                        SELECT r.operation, r.key, r.base_version, r.operations, r.row, {piece} AS piece,
                               {hub_clock} AS changed_at
                        FROM ({rows}) AS r
                        CROSS JOIN (
                            SELECT coalesce(clock_skew_ms, 0) * interval '1 ms' AS skew, waiting_after, waiting_since
                            FROM offsync.device
                            OFFSET 0
                        ) AS d
                    ) AS p
                    GROUP BY p.piece
                    ORDER BY p.piece
                ) TO STDOUT (FORMAT binary)
                """.replace("{rows}", rows)
                .replace("{batch}", Long.toString(batch))
                .replace("{first}", Integer.toString(layout * PIECES_OF_A_PART))
                .replace(
                        "{table}",
                        Integer.toString(Objects.requireNonNull(part.table().hubTable())))
                .replace("{layout}", Integer.toString(layout))
                .replace("{versions}", part.plain().equals("insert") ? "NULL::bigint[]" : "array_agg(p.base_version)")
                .replace("{counts}", counts == Counts.ONE ? "NULL::integer[]" : "array_agg(p.operations)")
                .replace("{piece}", PIECE)
                .replace("{hub_clock}", ON_HUB_CLOCK.replace("{now}", "'" + hubClock + "'::timestamptz"));
    }

    /** As on_hub_clock computes it, which as a function of its own would take longer than all the rest. */
    private static final String ON_HUB_CLOCK = """
            greatest(least(r.changed_at - d.skew, {now}),
                     CASE WHEN r.operation > d.waiting_after THEN d.waiting_since END)""";
}
