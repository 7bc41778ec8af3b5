package dev.offsync.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One test's own database. Its short methods use a session as good as new each; {@link #open} keeps one. */
public record TestDatabase(ServerAddress server, ServerAddress address) implements AutoCloseable {
    /** As in {@code --local} and {@code --remote}, the password in it. */
    public String url() {
        return address.url();
    }

    public String user() {
        return address.user();
    }

    /** A new session of the server's superuser. */
    public Connection connect() throws SQLException {
        return address.connect();
    }

    /** A new session of the server's superuser for several statements. */
    public Sql open() throws SQLException {
        return new Sql(connect());
    }

    public void exec(String sql, @Nullable Object... arguments) throws SQLException {
        ask(session -> {
            session.exec(sql, arguments);
            return sql;
        });
        if (sql.contains("ALTER DATABASE") || sql.contains("ALTER ROLE") || sql.contains("ALTER SYSTEM")) {
            IdleSessions.forget(address);
            WarmSessions.end(server, address.database());
        }
    }

    public List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        return ask(session -> session.rows(sql, arguments));
    }

    public @Nullable String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        return ask(session -> session.scalar(sql, arguments));
    }

    @FunctionalInterface
    private interface Question<T extends @Nullable Object> {
        T put(Sql session) throws SQLException;
    }

    private <T extends @Nullable Object> T ask(Question<T> question) throws SQLException {
        Connection connection = IdleSessions.take(address);
        boolean well = false;
        try {
            T answer = question.put(new Sql(connection));
            well = true;
            return answer;
        } finally {
            if (well) {
                IdleSessions.giveBack(address, connection);
            } else {
                connection.close();
            }
        }
    }

    /** A copy of the database as it is now, such as a backup is. Nobody may be connected. */
    public TestDatabase backup() {
        return TestDatabases.cloneOf(this);
    }

    /** Puts the content of {@code backup} in the place of this database's. */
    public void restore(TestDatabase backup) throws SQLException {
        drop();
        IdleSessions.forget(backup.address());
        TestDatabases.onServer(
                server,
                "CREATE DATABASE " + address.database() + " TEMPLATE "
                        + backup.address().database());
    }

    /** Has the database dropped, by and by, since the server takes a tenth of a second for it. */
    @Override
    public void close() {
        TestDatabases.dropSoon(this);
    }

    /** Drops the database; open sessions are ended. */
    void drop() throws SQLException {
        IdleSessions.forget(address);
        TestDatabases.onServer(server, "DROP DATABASE IF EXISTS " + address.database() + " WITH (FORCE)");
    }
}
