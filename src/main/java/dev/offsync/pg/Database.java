package dev.offsync.pg;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * One connection, with the few shapes of a call that offsync needs. Arguments are bound by their Java type: String, Long,
 * Integer, Boolean, UUID, a collection as the text[] of its elements, or null. The connection is in auto-commit mode
 * except within {@link #transaction}.
 */
public final class Database implements AutoCloseable {
    /** Makes one value of the current row of a result. */
    @FunctionalInterface
    public interface RowMapper<T extends @Nullable Object> {
        T map(ResultSet row) throws SQLException;
    }

    /** Work that runs within a transaction. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private final Connection connection;
    private boolean rehearsing;

    public Database(Connection connection) {
        this.connection = connection;
    }

    public Connection connection() {
        return connection;
    }

    /** Runs one or more statements without arguments. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs one statement and returns the number of rows it touched. */
    public long update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeLargeUpdate();
        }
    }

    public <T extends @Nullable Object> List<T> list(String sql, RowMapper<T> mapper, @Nullable Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return last(statement, mapper);
        }
    }

    /** The only row of a query that yields at most one; a null value counts as none. */
    public <T> Optional<T> first(String sql, RowMapper<@Nullable T> mapper, @Nullable Object... arguments)
            throws SQLException {
        List<@Nullable T> rows = list(sql, mapper, arguments);
        return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.get(0));
    }

    /** The first column of the only row, as a number. */
    public long number(String sql, @Nullable Object... arguments) throws SQLException {
        return list(sql, row -> row.getLong(1), arguments).get(0);
    }

    /**
     * Runs {@code work} as in reality and undoes all of it: transactions within are savepoints, nothing is committed. A
     * rehearsal within another is a part of it.
     */
    public <T extends @Nullable Object> T rehearse(Work<T> work) throws SQLException {
        if (rehearsing) {
            return work.run();
        }
        connection.setAutoCommit(false);
        rehearsing = true;
        try {
            // What the database has as its default would look at the hub as it was before others' commits.
            execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            T result = work.run();
            rehearsing = false;
            connection.rollback();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException | Error failure) {
            rehearsing = false;
            rollback(failure);
            throw failure;
        }
    }

    public boolean isRehearsing() {
        return rehearsing;
    }

    /**
     * Runs {@code work} in one transaction; an exception of any kind rolls it back. A transaction within another is a part
     * of it.
     */
    public <T extends @Nullable Object> T transaction(Work<T> work) throws SQLException {
        if (rehearsing || !connection.getAutoCommit()) {
            return step(work);
        }
        connection.setAutoCommit(false);
        try {
            T result = work.run();
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException | Error failure) {
            rollback(failure);
            throw failure;
        }
    }

    private <T extends @Nullable Object> T step(Work<T> work) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            T result = work.run();
            connection.releaseSavepoint(before);
            return result;
        } catch (SQLException | RuntimeException | Error failure) {
            if (failure instanceof VirtualMachineError) {
                abort();
            } else {
                connection.rollback(before);
            }
            throw failure;
        }
    }

    /** The statement that begins a script that is one transaction; in a rehearsal it is a part of that. */
    public String begin() {
        return rehearsing ? "SAVEPOINT script" : "BEGIN ISOLATION LEVEL READ COMMITTED";
    }

    /** The statement that ends such a script well. */
    public String commit() {
        return rehearsing ? "RELEASE SAVEPOINT script" : "COMMIT";
    }

    /** The statement that ends such a script and undoes it. */
    public String undo() {
        return rehearsing ? "ROLLBACK TO SAVEPOINT script" : "ROLLBACK";
    }

    /** Ends whatever transaction is open; what goes wrong here is kept beside the first failure. */
    public void rollback(Throwable failure) {
        try {
            if (failure instanceof VirtualMachineError) {
                // It may have struck in the middle of a COPY, whose end any other statement waits for.
                abort();
            } else if (rehearsing) {
                execute(undo());
            } else if (connection.getAutoCommit()) {
                execute("ROLLBACK");
            } else {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException again) {
            failure.addSuppressed(again);
        }
    }

    /** Opens {@code COPY … TO STDOUT}; lines come in chunks from {@link CopyOut#readFromCopy}, null at the end. */
    public CopyOut copyOut(String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    }

    /** Opens {@code COPY … FROM STDIN}. */
    public CopyIn copyIn(String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    /** Sends all of {@code text} to {@code COPY … FROM STDIN} and returns the number of rows. */
    public long copyIn(String sql, InputStream text) throws SQLException, IOException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, text);
    }

    /** Gives the connection up at once, in the middle of whatever it does; the server frees what it held. */
    public void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The connection is given up anyway; the server frees what it held.
            return;
        }
    }

    /** Prepares {@code sql}, which may hold several statements; their arguments are counted through. */
    public PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < arguments.length; i++) {
                bind(statement, i + 1, arguments[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value instanceof Collection<?> elements) {
            Object[] texts = elements.stream()
                    .map(element -> element == null ? null : element.toString())
                    .toArray();
            statement.setArray(index, connection.createArrayOf("text", texts));
        } else if (value == null
                || value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Boolean
                || value instanceof UUID) {
            statement.setObject(index, value);
        } else {
            throw new IllegalArgumentException(
                    "cannot bind a " + value.getClass().getSimpleName());
        }
    }

    /** The rows of the last statement that returned any: earlier ones of the same string are passed over. */
    private static <T extends @Nullable Object> List<T> last(PreparedStatement statement, RowMapper<T> mapper)
            throws SQLException {
        ResultSet result = null;
        boolean isRows = statement.execute();
        while (isRows || statement.getUpdateCount() != -1) {
            if (isRows) {
                result = statement.getResultSet();
            }
            isRows = statement.getMoreResults(Statement.KEEP_CURRENT_RESULT);
        }
        var rows = new ArrayList<T>();
        while (result != null && result.next()) {
            rows.add(mapper.map(result));
        }
        return rows;
    }
}
