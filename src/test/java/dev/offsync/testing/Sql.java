package dev.offsync.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Short SQL for tests over one connection. Values come back as PostgreSQL's own text. */
public record Sql(Connection connection) implements AutoCloseable {
    /** Runs one or several statements; {@code ?} stand for {@code arguments} only where there are any. */
    public void exec(String sql, @Nullable Object... arguments) throws SQLException {
        if (arguments.length == 0) {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
            return;
        }
        try (var statement = prepare(sql, arguments)) {
            statement.execute();
        }
    }

    /** One string per row: its values joined by {@code |}, NULL as {@code ∅}. */
    public List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        try (var statement = prepare(sql, arguments);
                var result = statement.executeQuery()) {
            var rows = new ArrayList<String>();
            while (result.next()) {
                rows.add(joined(result));
            }
            return rows;
        }
    }

    /** The first column of the only row, null for SQL NULL; an AssertionError where there is not just one row. */
    public @Nullable String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        try (var statement = prepare(sql, arguments);
                var result = statement.executeQuery()) {
            if (!result.next()) {
                throw new AssertionError("no row from: " + sql);
            }
            String value = result.getString(1);
            if (result.next()) {
                throw new AssertionError("more than one row from: " + sql);
            }
            return value;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private static String joined(ResultSet result) throws SQLException {
        var values = new StringJoiner("|");
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
            String value = result.getString(column);
            values.add(value == null ? "∅" : value);
        }
        return values.toString();
    }
}
