package dev.offsync.bench;

import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The way of the paper that offsync goes out from: row triggers write jsonb into a queue, and a loop takes operations in lots
 * of 100 and applies each by a statement and a commit of its own, noting before and after what it does.
 */
final class Naive {
    private record Operation(long id, String table, String type, String data) {}

    private static final String QUEUE = """
            CREATE TABLE operation_queue (
                id             bigserial PRIMARY KEY,
                table_name     text NOT NULL,
                operation_type text NOT NULL,
                operation_data jsonb NOT NULL,
                created_at     timestamptz DEFAULT now(),
                synced_at      timestamptz,
                priority       int DEFAULT 0,
                retry_count    int DEFAULT 0,
                status         text DEFAULT 'pending'
            );
            CREATE INDEX ON operation_queue (status, created_at);
            CREATE FUNCTION enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO operation_queue (table_name, operation_type, operation_data)
                VALUES (TG_TABLE_NAME, TG_OP, to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END));
                RETURN NULL;
            END
            $$;
            """;

    private final TestDatabase device;
    private final ServerAddress hub;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Naive(TestDatabase device, ServerAddress hub) {
        this.device = device;
        this.hub = hub;
    }

    /** Lets every change of {@code tables} go into a queue. */
    static void capture(TestDatabase device, List<String> tables) throws SQLException {
        device.exec(QUEUE);
        for (String table : tables) {
            device.exec("CREATE TRIGGER enqueue AFTER INSERT OR UPDATE OR DELETE ON " + table
                    + " FOR EACH ROW EXECUTE FUNCTION enqueue()");
        }
    }

    /** Seconds for each operation in the queue, on average, over the first {@code most} of them. */
    static double secondsPerOperation(TestDatabase device, ServerAddress hub, long most) throws SQLException {
        return new Naive(device, hub).push(most);
    }

    private double push(long most) throws SQLException {
        long start = System.nanoTime();
        long done = 0;
        try (var local = device.connect();
                var remote = hub.connect()) {
            for (List<Operation> lot = lot(local); !lot.isEmpty() && done < most; lot = lot(local)) {
                for (Operation operation : lot) {
                    note(local, "UPDATE operation_queue SET status = 'processing' WHERE id = ?", operation.id());
                    apply(remote, operation);
                    note(
                            local,
                            "UPDATE operation_queue SET status = 'completed', synced_at = now() WHERE id = ?",
                            operation.id());
                    if (++done == most) {
                        break;
                    }
                }
            }
        }
        return (System.nanoTime() - start) / 1e9 / done;
    }

    private List<Operation> lot(Connection local) throws SQLException {
        PreparedStatement select = statement(local, """
                SELECT id, table_name, operation_type, operation_data
                FROM operation_queue
                WHERE status = 'pending'
                ORDER BY priority DESC, created_at, id
                LIMIT 100
                """);
        var lot = new ArrayList<Operation>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                lot.add(new Operation(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
            }
        }
        return lot;
    }

    private void note(Connection local, String update, long id) throws SQLException {
        PreparedStatement statement = statement(local, update);
        statement.setLong(1, id);
        statement.executeUpdate();
    }

    private void apply(Connection remote, Operation operation) throws SQLException {
        String table = operation.table();
        String sql =
                switch (operation.type()) {
                    case "INSERT" ->
                        "INSERT INTO " + table + " SELECT * FROM jsonb_populate_record(NULL::" + table + ", ?::jsonb)";
                    case "DELETE" -> "DELETE FROM " + table + " WHERE id = (?::jsonb ->> 'id')::bigint";
                    default ->
                        "MERGE INTO " + table + " AS t USING jsonb_populate_record(NULL::" + table
                                + ", ?::jsonb) AS n ON t.id = n.id WHEN MATCHED THEN UPDATE SET "
                                + assignments(remote, table);
                };
        PreparedStatement statement = statement(remote, sql);
        statement.setString(1, operation.data());
        statement.executeUpdate();
    }

    private final Map<String, String> assignments = new HashMap<>();

    private String assignments(Connection remote, String table) throws SQLException {
        String known = assignments.get(table);
        if (known != null) {
            return known;
        }
        var columns = new ArrayList<String>();
        try (ResultSet column = remote.getMetaData().getColumns(null, "public", table, "%")) {
            while (column.next()) {
                String name = column.getString("COLUMN_NAME");
                columns.add(name + " = n." + name);
            }
        }
        assignments.put(table, String.join(", ", columns));
        return assignments.get(table);
    }

    private PreparedStatement statement(Connection connection, String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            statements.put(sql, known);
        }
        return known;
    }
}
