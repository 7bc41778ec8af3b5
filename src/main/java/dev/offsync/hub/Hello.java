package dev.offsync.hub;

import dev.offsync.model.ColumnShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the hub says at the beginning of a contact. {@code servesFrom} is the oldest schema version that a device may know
 * and be served; {@code cluster} is where its database lives; {@code columns} are the columns of each tracked table that was asked
 * for, by the hub's number; a table that is gone is missing. {@code shapes} are the same columns with their types.
 * {@code access} has, for tables of which row-level security hides rows from the role, a text that changes when it may see
 * others.
 */
public record Hello(
        int schemaVersion,
        int servesFrom,
        UUID identity,
        String cluster,
        Instant clock,
        long contactSeq,
        UUID contactNonce,
        long lastBatch,
        Map<Integer, List<String>> columns,
        Map<Integer, List<ColumnShape>> shapes,
        Map<Integer, String> access) {}
