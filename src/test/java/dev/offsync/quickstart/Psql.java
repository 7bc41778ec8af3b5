package dev.offsync.quickstart;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * {@code Psql [-At] URL} runs the SQL on stdin in one session and prints rows as psql does; {@code -At} leaves the frame
 * out. The password comes from PGPASSFILE. Exits with 1 where a statement fails.
 */
final class Psql {
    private Psql() {}

    public static void main(String[] arguments) throws Exception {
        boolean bare = arguments[0].equals("-At");
        String sql = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        try (Connection connection = connect(URI.create(arguments[bare ? 1 : 0]));
                Statement statement = connection.createStatement()) {
            print(statement, sql, bare);
        } catch (SQLException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Connection connect(URI uri) throws SQLException {
        var login = new Properties();
        login.setProperty("user", uri.getUserInfo());
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getAuthority().split("@", 2)[1] + uri.getPath(), login);
    }

    private static void print(Statement statement, String sql, boolean bare) throws SQLException {
        boolean rows = statement.execute(sql);
        while (rows || statement.getUpdateCount() >= 0) {
            if (rows) {
                List<List<String>> table = read(statement.getResultSet());
                System.out.print(bare ? joined(table) : framed(table));
            }
            rows = statement.getMoreResults();
        }
    }

    /** The column names, then the rows. */
    private static List<List<String>> read(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        var table = new ArrayList<List<String>>();
        var names = new ArrayList<String>();
        for (int column = 1; column <= columns; column++) {
            names.add(result.getMetaData().getColumnLabel(column));
        }
        table.add(names);
        while (result.next()) {
            var row = new ArrayList<String>();
            for (int column = 1; column <= columns; column++) {
                String value = result.getString(column);
                row.add(value == null ? "" : value);
            }
            table.add(row);
        }
        return table;
    }

    private static String joined(List<List<String>> table) {
        var text = new StringBuilder();
        table.subList(1, table.size())
                .forEach(row -> text.append(String.join("|", row)).append('\n'));
        return text.toString();
    }

    private static String framed(List<List<String>> table) {
        int[] widths = new int[table.get(0).size()];
        for (List<String> row : table) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        var text = new StringBuilder(line(table.get(0), widths));
        var rule = new ArrayList<String>();
        for (int width : widths) {
            rule.add("-".repeat(width + 2));
        }
        text.append(String.join("+", rule)).append('\n');
        table.subList(1, table.size()).forEach(row -> text.append(line(row, widths)));
        int rows = table.size() - 1;
        return text.append("(" + rows + (rows == 1 ? " row" : " rows") + ")\n").toString();
    }

    private static String line(List<String> row, int[] widths) {
        var cells = new ArrayList<String>();
        for (int column = 0; column < widths.length; column++) {
            cells.add(" " + row.get(column)
                    + " ".repeat(widths[column] - row.get(column).length()) + " ");
        }
        return String.join("|", cells).stripTrailing() + "\n";
    }
}
