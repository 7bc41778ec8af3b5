package dev.offsync.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One test's own database. Its short methods open a session each; {@link #open} keeps one. */
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
        try (var session = open()) {
            session.exec(sql, arguments);
        }
    }

    public List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        try (var session = open()) {
            return session.rows(sql, arguments);
        }
    }

    public @Nullable String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        try (var session = open()) {
            return session.scalar(sql, arguments);
        }
    }

    /** A copy of the database as it is now, such as a backup is. Nobody may be connected. */
    public TestDatabase backup() {
        return TestDatabases.cloneOf(this);
    }

    /** Puts the content of {@code backup} in the place of this database's. */
    public void restore(TestDatabase backup) throws SQLException {
        close();
        try (var session = new Sql(server.connect())) {
            session.exec("CREATE DATABASE " + address.database() + " TEMPLATE "
                    + backup.address().database());
        }
    }

    /** Drops the database; open sessions are ended. */
    @Override
    public void close() throws SQLException {
        try (var session = new Sql(server.connect())) {
            session.exec("DROP DATABASE IF EXISTS " + address.database() + " WITH (FORCE)");
        }
    }
}
